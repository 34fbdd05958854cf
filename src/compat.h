/*
 * compat.h
 *		What differs between PostgreSQL 15 and 18, under one name each.  The
 *		only place that looks at PG_VERSION_NUM.
 */
#ifndef SPARKIFY_COMPAT_H
#define SPARKIFY_COMPAT_H

#include "postgres.h"
#include "access/htup_details.h"
#include "access/sysattr.h"
#include "access/xact.h"
#include "catalog/index.h"
#include "catalog/pg_foreign_server.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_proc.h"
#include "common/jsonapi.h"
#include "executor/execPartition.h"
#include "executor/executor.h"
#include "fmgr.h"
#include "nodes/bitmapset.h"
#include "nodes/execnodes.h"
#include "nodes/pathnodes.h"
#include "parser/parse_relation.h"
#include "utils/builtins.h"
#include "utils/acl.h"
#include "utils/datetime.h"
#include "utils/regproc.h"
#include "utils/rel.h"

#if PG_VERSION_NUM >= 180000
#include "commands/explain_format.h"
#include "commands/explain_state.h"
#else
#include "commands/explain.h"
#endif

#if PG_VERSION_NUM >= 160000
#include "nodes/miscnodes.h"
#include "varatt.h"
#endif

/* Reads the fields that ParseDateTime() made; below zero what is wrong with them. */
static inline int
CompatDecodeDateTime(char **fields, int *types, int count, int *kind, struct pg_tm *tm,
					 fsec_t *fraction, int *zone)
{
#if PG_VERSION_NUM >= 160000
	DateTimeErrorExtra extra;

	return DecodeDateTime(fields, types, count, kind, tm, fraction, zone, &extra);
#else
	return DecodeDateTime(fields, types, count, kind, tm, fraction, zone);
#endif
}

/* Adds the relation to the range table, wanting INSERT on the columns given. */
static inline void
CompatAddInsertTarget(ParseState *pstate, Relation relation, List *attnums)
{
	ParseNamespaceItem *item =
		addRangeTableEntryForRelation(pstate, relation, RowExclusiveLock, NULL, false, false);
	ListCell *cell;
#if PG_VERSION_NUM >= 160000
	RTEPermissionInfo *rights = item->p_perminfo;
#else
	RangeTblEntry *rights = item->p_rte;
#endif

	rights->requiredPerms = ACL_INSERT;
	foreach (cell, attnums)
		rights->insertedCols = bms_add_member(
			rights->insertedCols, lfirst_int(cell) - FirstLowInvalidHeapAttributeNumber);
}

/*
 * Puts the one relation of the parse state before the range table of a query, whose entries want no rights of
 * their own.
 */
static inline void
CompatPrependTarget(Query *query, ParseState *pstate)
{
	query->rtable = list_concat(pstate->p_rtable, query->rtable);
#if PG_VERSION_NUM >= 160000
	query->rteperminfos = pstate->p_rteperminfos;
#endif
}

/* Raises an error unless the user has the rights that the range table wants. */
static inline void
CompatCheckRangeTableRights(ParseState *pstate)
{
#if PG_VERSION_NUM >= 160000
	ExecCheckPermissions(pstate->p_rtable, pstate->p_rteperminfos, true);
#else
	ExecCheckRTPerms(pstate->p_rtable, true);
#endif
}

/* Hands the range table to the executor. */
static inline void
CompatInitRangeTable(EState *estate, ParseState *pstate)
{
#if PG_VERSION_NUM >= 180000
	ExecInitRangeTable(estate, pstate->p_rtable, pstate->p_rteperminfos, bms_make_singleton(1));
#elif PG_VERSION_NUM >= 160000
	ExecInitRangeTable(estate, pstate->p_rtable, pstate->p_rteperminfos);
#else
	ExecInitRangeTable(estate, pstate->p_rtable);
#endif
}

/* Adds the slot's row to every index of the relation; returns the indexes to check again. */
static inline List *
CompatInsertIndexTuples(ResultRelInfo *target, TupleTableSlot *slot, EState *estate)
{
#if PG_VERSION_NUM >= 160000
	return ExecInsertIndexTuples(target, slot, estate, false, false, NULL, NIL, false);
#else
	return ExecInsertIndexTuples(target, slot, estate, false, false, NULL, NIL);
#endif
}

/* How a row of the partitioned table becomes one of the partition; NULL when it is one already. */
static inline TupleConversionMap *
CompatPartitionMap(ResultRelInfo *partition, EState *estate)
{
#if PG_VERSION_NUM >= 160000
	return ExecGetRootToChildMap(partition, estate);
#else
	return partition->ri_RootToPartitionMap;
#endif
}

/* Whether the relation's storage was made in this transaction, so that nobody else has free space in it. */
static inline bool
CompatStorageIsNew(Relation relation)
{
#if PG_VERSION_NUM >= 160000
	return relation->rd_createSubid != InvalidSubTransactionId ||
		   relation->rd_firstRelfilelocatorSubid != InvalidSubTransactionId;
#else
	return relation->rd_createSubid != InvalidSubTransactionId ||
		   relation->rd_firstRelfilenodeSubid != InvalidSubTransactionId;
#endif
}

/* Whether the relation's storage was made in this very subtransaction, and so goes when it rolls back. */
static inline bool
CompatStorageGoesWithUs(Relation relation)
{
	SubTransactionId us = GetCurrentSubTransactionId();

#if PG_VERSION_NUM >= 160000
	return relation->rd_createSubid == us || relation->rd_newRelfilelocatorSubid == us;
#else
	return relation->rd_createSubid == us || relation->rd_newRelfilenodeSubid == us;
#endif
}

/* The file of a relation, as the WAL names it. */
#if PG_VERSION_NUM >= 160000
#define CompatRelationFile(relation) (&(relation)->rd_locator)
#else
#define CompatRelationFile(relation) (&(relation)->rd_node)
#endif

/* Whether the user may use the foreign server. */
static inline AclResult
CompatServerAclCheck(Oid server, Oid user)
{
#if PG_VERSION_NUM >= 160000
	return object_aclcheck(ForeignServerRelationId, server, user, ACL_USAGE);
#else
	return pg_foreign_server_aclcheck(server, user, ACL_USAGE);
#endif
}

/* Whether the user owns the function. */
static inline bool
CompatOwnsFunction(Oid function, Oid user)
{
#if PG_VERSION_NUM >= 160000
	return object_ownercheck(ProcedureRelationId, function, user);
#else
	return pg_proc_ownercheck(function, user);
#endif
}

/* Makes a row of values that has no header for MVCC. */
static inline MinimalTuple
CompatFormMinimalTuple(TupleDesc desc, const Datum *values, const bool *nulls)
{
#if PG_VERSION_NUM >= 180000
	return heap_form_minimal_tuple(desc, values, nulls, 0);
#else
	return heap_form_minimal_tuple(desc, (Datum *)values, (bool *)nulls);
#endif
}

/* The same of a row that has one. */
static inline MinimalTuple
CompatMinimalTuple(HeapTuple tuple)
{
#if PG_VERSION_NUM >= 180000
	return minimal_tuple_from_heap_tuple(tuple, 0);
#else
	return minimal_tuple_from_heap_tuple(tuple);
#endif
}

/* Whether the role may look into the schema. */
static inline bool
CompatMayUseSchema(Oid schema, Oid role)
{
#if PG_VERSION_NUM >= 160000
	return object_aclcheck(NamespaceRelationId, schema, role, ACL_USAGE) == ACLCHECK_OK;
#else
	return pg_namespace_aclcheck(schema, role, ACL_USAGE) == ACLCHECK_OK;
#endif
}

/* The parts of a qualified name. */
static inline List *
CompatQualifiedNames(const char *name)
{
#if PG_VERSION_NUM >= 160000
	return stringToQualifiedNameList(name, NULL);
#else
	return stringToQualifiedNameList(name);
#endif
}

/* Whether input functions and domains can refuse a value without raising: else it takes a subtransaction. */
#define COMPAT_SOFT_ERRORS (PG_VERSION_NUM >= 160000)

/* Calls a type's input function.  Returns false with the message when it refuses the text softly. */
static inline bool
CompatInputFunction(FmgrInfo *function, char *text, Oid ioparam, int32 typmod, Datum *result,
					const char **message)
{
#if COMPAT_SOFT_ERRORS
	ErrorSaveContext escontext = {T_ErrorSaveContext};

	escontext.details_wanted = true;
	if (InputFunctionCallSafe(function, text, ioparam, typmod, (Node *)&escontext, result))
		return true;
	*message = escontext.error_data->message;
	return false;
#else
	*result = InputFunctionCall(function, text, ioparam, typmod);
	return true;
#endif
}

/* Checks a value of a domain; the same. */
static inline bool
CompatDomainCheck(Datum value, bool isnull, Oid domain, void **cache, MemoryContext context,
				  const char **message)
{
#if COMPAT_SOFT_ERRORS
	ErrorSaveContext escontext = {T_ErrorSaveContext};

	escontext.details_wanted = true;
	if (domain_check_safe(value, isnull, domain, cache, context, (Node *)&escontext))
		return true;
	*message = escontext.error_data->message;
	return false;
#else
	domain_check(value, isnull, domain, cache, context);
	return true;
#endif
}

/* A context to check a JSON text with. */
static inline JsonLexContext *
CompatJsonLexContext(char *json, int length, int encoding)
{
#if PG_VERSION_NUM >= 170000
	return makeJsonLexContextCstringLen(NULL, json, length, encoding, false);
#else
	return makeJsonLexContextCstringLen(json, length, encoding, false);
#endif
}

/* What a callback of the JSON parser returns: nothing on 15, later whether to go on. */
#if PG_VERSION_NUM >= 160000
typedef JsonParseErrorType CompatJsonResult;
#define COMPAT_JSON_GO_ON() return JSON_SUCCESS
#else
typedef void CompatJsonResult;
#define COMPAT_JSON_GO_ON() ((void)0)
#endif

/* Runs a query from its first row to its last, so that it may be parallel. */
static inline void
CompatExecutorRun(QueryDesc *query)
{
#if PG_VERSION_NUM >= 180000
	ExecutorRun(query, ForwardScanDirection, 0);
#else
	ExecutorRun(query, ForwardScanDirection, 0, true);
#endif
}

/* What a hook of ExecutorRun is given and passes on: 18 knows by itself whether a plan is run once. */
#if PG_VERSION_NUM >= 180000
#define EXECUTOR_RUN_PARAMETERS QueryDesc *query, ScanDirection direction, uint64 count
#define EXECUTOR_RUN_ARGUMENTS query, direction, count
#else
#define EXECUTOR_RUN_PARAMETERS QueryDesc *query, ScanDirection direction, uint64 count, bool once
#define EXECUTOR_RUN_ARGUMENTS query, direction, count, once
#endif

/* Whether a plan has nodes of a kind that is switched off: before 18 their cost says so. */
static inline bool
CompatPlanDisabled(const Plan *plan)
{
#if PG_VERSION_NUM >= 180000
	return plan->disabled_nodes > 0;
#else
	return plan->total_cost >= 1.0e10;
#endif
}

/* Whether a raw DELETE returns nothing. */
static inline bool
CompatDeleteReturnsNothing(const DeleteStmt *statement)
{
#if PG_VERSION_NUM >= 180000
	return statement->returningClause == NULL;
#else
	return statement->returningList == NIL;
#endif
}

/* Builds all indexes of a relation anew, and checks what is to be unique. */
static inline void
CompatReindexRelation(Oid relation)
{
	ReindexParams params = {0};

#if PG_VERSION_NUM >= 170000
	reindex_relation(NULL, relation, REINDEX_REL_CHECK_CONSTRAINTS, &params);
#else
	reindex_relation(relation, REINDEX_REL_CHECK_CONSTRAINTS, &params);
#endif
}

/* Whether a user has the rights of a relation's owner. */
static inline bool
CompatOwnsRelation(Oid relation, Oid user)
{
#if PG_VERSION_NUM >= 160000
	return object_ownercheck(RelationRelationId, relation, user);
#else
	return pg_class_ownercheck(relation, user);
#endif
}

/* Whether a join gives rows of its inner side, each once: with or without a match, or for having one. */
static inline bool
CompatJoinKeepsInner(JoinType type)
{
#if PG_VERSION_NUM >= 180000
	if (type == JOIN_RIGHT_SEMI)
		return true;
#endif
#if PG_VERSION_NUM >= 160000
	if (type == JOIN_RIGHT_ANTI)
		return true;
#endif
	return type == JOIN_RIGHT || type == JOIN_FULL;
}

/* Whether a join asks for a match only. */
static inline bool
CompatJoinIsSemi(JoinType type)
{
#if PG_VERSION_NUM >= 180000
	if (type == JOIN_RIGHT_SEMI)
		return true;
#endif
	return type == JOIN_SEMI;
}

/* What a query around a window function demands of it, so that rows without it needn't be made. */
static inline List *
CompatRunCondition(const WindowAggPath *path)
{
#if PG_VERSION_NUM >= 170000
	return path->runCondition;
#else
	return path->winclause->runCondition;
#endif
}

/* A path over another one has at least its nodes of kinds that are switched off; before 18 the cost says so. */
static inline void
CompatInheritDisabled(Path *path, const Path *below)
{
#if PG_VERSION_NUM >= 180000
	path->disabled_nodes = below->disabled_nodes;
#endif
}

#endif /* SPARKIFY_COMPAT_H */
