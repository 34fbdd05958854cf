/*
 * unique_keys.c
 *		Whether the keys of a hash join's inner side are all different.
 *
 *		rows -> hash of each key, 64 bits -> a set of them
 *
 * Keys that are equal have the same hash, so where no hash comes twice no key
 * does.  Of different keys that share a hash, one pair among 2^64, it is said
 * that they aren't: the answer yes can be relied on.
 */
#include "postgres.h"

#include "explain/unique_keys.h"

#include "common/hashfn.h"
#include "executor/executor.h"
#include "executor/nodeHash.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

typedef struct SeenKey
{
	uint64 hash;
	char status;
} SeenKey;

#define SH_PREFIX seen
#define SH_ELEMENT_TYPE SeenKey
#define SH_KEY_TYPE uint64
#define SH_KEY hash
#define SH_HASH_KEY(table, key) ((uint32)(key))
#define SH_EQUAL(table, one, other) ((one) == (other))
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

/* A part of the key. */
typedef struct KeyPart
{
	ExprState *value;
	FmgrInfo *hash;
	Oid collation;
} KeyPart;

struct UniqueKeys
{
	ExprContext *context;
	int count;
	KeyPart *parts;

	seen_hash *seen; /* NULL when a key came twice, or there were too many */
	uint64 most;
};

static bool FindHash(KeyPart *part, Oid type, Oid equality);
static void LetGo(UniqueKeys *keys);

UniqueKeys *
UniqueKeysBegin(HashJoinState *join)
{
	PlanState *hash = innerPlanState(join);
	const HashJoin *plan = castNode(HashJoin, join->js.ps.plan);
	List *values = castNode(Hash, hash->plan)->hashkeys;
	UniqueKeys *keys = palloc0(sizeof(UniqueKeys));

	keys->context = hash->ps_ExprContext;
	keys->count = list_length(values);
	keys->parts = palloc0(keys->count * sizeof(KeyPart));
	for (int i = 0; i < keys->count; i++)
	{
		KeyPart *part = &keys->parts[i];

		if (!FindHash(part, exprType(list_nth(values, i)), list_nth_oid(plan->hashoperators, i)))
			return NULL;
		part->value = ExecInitExpr(list_nth(values, i), hash);
		part->collation = list_nth_oid(plan->hashcollations, i);
	}

	/* as much memory as a hash join may use */
	keys->most = get_hash_memory_limit() / (2 * sizeof(SeenKey));
	keys->seen = seen_create(CurrentMemoryContext, 1024, NULL);
	return keys;
}

void
UniqueKeysSee(UniqueKeys *keys, TupleTableSlot *row)
{
	uint64 hash = 0;
	bool is_null = false;
	bool is_seen = false;
	MemoryContext previous;

	if (keys->seen == NULL)
		return;
	ResetExprContext(keys->context);
	keys->context->ecxt_outertuple = row;
	previous = MemoryContextSwitchTo(keys->context->ecxt_per_tuple_memory);
	for (int i = 0; i < keys->count && !is_null; i++)
	{
		KeyPart *part = &keys->parts[i];
		Datum value = ExecEvalExpr(part->value, keys->context, &is_null);

		if (!is_null)
			hash = hash_combine64(hash, DatumGetUInt64(FunctionCall2Coll(
											part->hash, part->collation, value, Int64GetDatum(0))));
	}
	MemoryContextSwitchTo(previous);

	/* a key with a NULL equals none */
	if (is_null)
		return;
	(void)seen_insert(keys->seen, hash, &is_seen);
	if (is_seen || keys->seen->members > keys->most)
		LetGo(keys);
}

bool
UniqueKeysEnd(UniqueKeys *keys)
{
	bool is_unique = keys->seen != NULL;

	LetGo(keys);
	return is_unique;
}

/* Finds the hash that goes with an operator; false when equal values may have different ones, or NULLs be equal. */
static bool
FindHash(KeyPart *part, Oid type, Oid equality)
{
	TypeCacheEntry *entry =
		lookup_type_cache(type, TYPECACHE_HASH_OPFAMILY | TYPECACHE_HASH_EXTENDED_PROC_FINFO);

	part->hash = &entry->hash_extended_proc_finfo;
	return OidIsValid(entry->hash_extended_proc) && op_in_opfamily(equality, entry->hash_opf) &&
		   op_strict(equality);
}

static void
LetGo(UniqueKeys *keys)
{
	if (keys->seen != NULL)
		seen_destroy(keys->seen);
	keys->seen = NULL;
}
