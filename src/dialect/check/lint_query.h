/*
 * lint_query.h
 *		What the files that check queries share.
 */
#ifndef SPARKIFY_LINT_QUERY_H
#define SPARKIFY_LINT_QUERY_H

#include "dialect/check/lint.h"
#include "dialect/text/name_map.h"

/* A SELECT and those around it. */
typedef struct Block
{
	struct Block *outer; /* NULL: none that it could refer to */
	const Select *select;
	bool in_join;	 /* it stands in the ON of an outer join */
	bool behind_in;	 /* x IN (it) */
	bool windowed;	 /* it has a window function */
	bool summarized; /* it groups, and has an aggregate other than MIN and MAX */
	bool correlated;
	NameMap *from;		/* FromItem: by the name it goes by; NULL: not asked for yet */
	NameMap *names;		/* what isn't a column of its tables; NULL: not asked for yet */
	NameMap *implied;	/* names that the columns of its list have by themselves; with names */
	bool unnamed;		/* its list has columns whose names Redshift makes up */
	const char *tables; /* those of FROM, as a message lists them; NULL: not asked for yet */
} Block;

/* A statement's queries on their way. */
typedef struct QueryLint
{
	Lint *lint;
	const LexemeList *list;
	NameMap *common;   /* CommonTable: names of WITH; NULL: none yet */
	List *correlated;  /* TreeExpr: subqueries that refer to what is around them */
	List *leader;	   /* int: calls of what the leader node has only */
	int compute;	   /* a call of what the compute nodes have only; -1: none */
	bool reads_table;  /* one of a user's */
	bool names_known;  /* a column that none of its tables has is an error there, too */
	bool late_binding; /* a view's that is bound when it is used: tables need their schemas */
} QueryLint;

/* lint_columns.c: whether a SELECT has a column, doubt being a yes; the finding of one that none has */
extern bool LintHasColumn(QueryLint *query, Block *block, const TreeExpr *column);
extern void LintUnknownColumn(QueryLint *query, Block *block, const TreeExpr *column);
extern bool LintNamesKnown(const Lint *lint);

/* The items of FROM that may have a column; false: too many, or no telling which. */
extern bool LintSources(QueryLint *query, Block *block, const TreeExpr *column, List **items);

/* Whether what an item of FROM reads has its name from WITH. */
extern bool LintIsCommon(const QueryLint *query, const FromItem *item);

/* Whether a statement makes a view WITH NO SCHEMA BINDING; the finding of a table without its schema in one. */
extern bool LintIsLateBinding(const Lint *lint);
extern void LintUnqualified(QueryLint *query, const FromItem *item);

/* Whether a bare name in ORDER BY or GROUP BY may be that of a column of the result. */
extern bool LintIsResultName(QueryLint *query, Block *block, const TreeExpr *name);

#endif /* SPARKIFY_LINT_QUERY_H */
