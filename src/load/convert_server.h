/*
 * convert_server.h
 *		The part of conversion that only the server can do: input functions of
 *		other types, jsonb, domains.
 */
#ifndef SPARKIFY_CONVERT_SERVER_H
#define SPARKIFY_CONVERT_SERVER_H

#include "postgres.h"
#include "executor/tuptable.h"
#include "load/column_plan.h"
#include "source/row/row_batch.h"
#include "utils/rel.h"

/* Where a conversion is, or what it refused; value is NULL where there is none. */
typedef struct ServerConversion
{
	int column; /* index of the load's columns, or -1 */
	const char *value;
	const char *reason; /* set when the value was refused */
} ServerConversion;

typedef struct ServerConverter ServerConverter;

/* Begins; lives in the current memory context. */
extern ServerConverter *ServerConverterBegin(Relation relation, const ColumnPlan *plan);

/*
 * Fills the slot's values from a packed tuple of the wire row type; they live
 * in the current memory context and in the tuple.  Returns false when a type
 * refuses a value (PostgreSQL 15's raise instead).
 */
extern bool ServerConverterConvert(ServerConverter *converter, const PackedRow *row,
								   TupleTableSlot *slot);

/* What the converter is doing, or did last when it returned false. */
extern const ServerConversion *ServerConverterState(const ServerConverter *converter);

#endif /* SPARKIFY_CONVERT_SERVER_H */
