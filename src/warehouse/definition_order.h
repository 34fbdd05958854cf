/*
 * definition_order.h
 *		The order in which definitions can run.
 */
#ifndef SPARKIFY_DEFINITION_ORDER_H
#define SPARKIFY_DEFINITION_ORDER_H

#include "postgres.h"

#include "nodes/pg_list.h"

#include "warehouse/definitions.h"

/* The definitions, which come in the order of their positions, each behind those that it needs. */
extern List *DefinitionsInOrder(List *definitions);

#endif /* SPARKIFY_DEFINITION_ORDER_H */
