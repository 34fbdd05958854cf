/*
 * row_packer.h
 *		The rows of a query on their way into the blocks of a drain.
 */
#ifndef SPARKIFY_ROW_PACKER_H
#define SPARKIFY_ROW_PACKER_H

#include "postgres.h"
#include "executor/tuptable.h"
#include "source/drain/drain.h"
#include "tcop/dest.h"
#include "unload/unload_plan.h"

typedef struct RowPacker RowPacker;

/* Asked while the drain works: raises when it has failed, waits when it must. */
typedef void (*DrainWaiter)(void *context);

/* Begins; lives in the current memory context. */
extern RowPacker *RowPackerBegin(const UnloadPlan *plan, Drain *drain, DrainWaiter wait,
								 void *context);

/* What the executor gives its rows to: the packer itself, or the sort that PARTITION BY needs. */
extern DestReceiver *RowPackerReceiver(RowPacker *packer);

/* Hands over what is left when the query has ended; returns the number of rows. */
extern uint64 RowPackerEnd(RowPacker *packer);

#endif /* SPARKIFY_ROW_PACKER_H */
