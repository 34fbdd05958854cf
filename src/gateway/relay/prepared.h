/*
 * prepared.h
 *		What the server's prepared statements and portals were made from, by name.
 */
#ifndef SPARKIFY_GATEWAY_PREPARED_H
#define SPARKIFY_GATEWAY_PREPARED_H

#include "gateway/base/report.h"

#define PREPARED_BUCKETS 64
#define PREPARED_NAME_MOST 63 /* PostgreSQL tells names apart by as many bytes */

typedef struct Prepared
{
	struct Prepared *next;
	PositionMap *map;
	char name[PREPARED_NAME_MOST + 1];
} Prepared;

/* Names that nothing is known of have no entry. */
typedef struct PreparedTable
{
	Prepared *buckets[PREPARED_BUCKETS];
	size_t count;
} PreparedTable;

/* Sets what a name stands for; NULL: nothing is known. */
extern void PreparedSet(PreparedTable *table, const char *name, PositionMap *map);

/* What a name stands for; NULL: nothing is known. */
extern PositionMap *PreparedFind(const PreparedTable *table, const char *name);

extern void PreparedClear(PreparedTable *table);

#endif /* SPARKIFY_GATEWAY_PREPARED_H */
