/*
 * convert.h
 *		Records into rows: Redshift's text-to-type conversion of COPY, packed
 *		straight into PostgreSQL's tuple layout.
 */
#ifndef SPARKIFY_CONVERT_H
#define SPARKIFY_CONVERT_H

#include "source/read/record.h"
#include "source/row/row_batch.h"
#include "source/row/row_plan.h"

typedef struct RowConverter RowConverter;

typedef enum ConvertStatus
{
	CONVERT_ROW,	   /* a row was added to the batch */
	CONVERT_REJECTED,  /* the record's error says why; nothing was added */
	CONVERT_BATCH_FULL /* nothing was added: try again with an empty batch */
} ConvertStatus;

/*
 * Makes a converter for one thread.  The plan stays the caller's and must
 * outlive it.  Fails on a DATEFORMAT or TIMEFORMAT that is no format.
 */
extern RowConverter *RowConverterBegin(const RowPlan *plan, Failure *failure);

/* Converts a record into a row of the batch; object is the number of the object it came from. */
extern ConvertStatus RowConverterConvert(RowConverter *converter, Record *record, uint32_t object,
										 RowBatch *batch);
extern void RowConverterEnd(RowConverter *converter);

#endif /* SPARKIFY_CONVERT_H */
