/*
 * rewrite_tree.h
 *		The shape of a Redshift query, as ranges of lexemes of its text.
 *
 * PostgreSQL's grammar refuses much of Redshift's (QUALIFY, TOP, unquoted date
 * parts, CONVERT(type, x) ...) and its nodes say where they begin but not where
 * they end.  Rewriting by edits needs both ends, so this tree is made by a
 * small parser of our own over PostgreSQL's scanner.  It is tolerant: what it
 * doesn't understand it steps over, and PostgreSQL judges the result.
 */
#ifndef SPARKIFY_REWRITE_TREE_H
#define SPARKIFY_REWRITE_TREE_H

#include "postgres.h"
#include "nodes/pg_list.h"

#include "dialect/text/dialect.h"
#include "dialect/lex/lexer.h"
#include "dialect/text/name_map.h"

typedef struct TreeQuery TreeQuery;

typedef enum ExprKind
{
	EXPR_OTHER, /* only its children matter */
	EXPR_COLUMN,
	EXPR_STAR,
	EXPR_NUMBER,
	EXPR_STRING,
	EXPR_CONSTANT, /* TRUE, NULL, DATE '...', INTERVAL '...' */
	EXPR_CALL,
	EXPR_EXTRACT,
	EXPR_OPERATOR,	 /* binary, or unary with one child */
	EXPR_COMPARISON, /* binary operator yielding boolean, IN, BETWEEN */
	EXPR_BOOLEAN,	 /* AND, OR, NOT, IS, LIKE: boolean, operands as they are */
	EXPR_CAST,
	EXPR_CASE,
	EXPR_PAREN, /* one expression in parentheses, or a row of several */
	EXPR_SUBQUERY,
	EXPR_SUBSCRIPT /* x[1], (x).y */
} ExprKind;

/* An expression: lexemes first..last, both included. */
typedef struct TreeExpr
{
	ExprKind kind;
	int first;
	int last;
	List *children; /* every TreeExpr directly below, in order of the text */

	/* column: its parts are lexemes first, first + 2, ... up to last */
	int parts;		/* names before the first subscript */
	bool subscript; /* has [n] or names after it */
	bool outer;		/* the (+) of an outer join follows */

	/* operator, comparison */
	int op; /* lexeme */

	/* parentheses: the name that (1 AS one) gives what is in them; NULL: none */
	const char *alias;

	/* call, extract */
	int name;		/* lexeme of the last part of the name */
	bool qualified; /* schema.name(...) */
	int open;		/* parenthesis */
	int close;
	List *args; /* a subset of children */
	bool distinct;
	int distinct_lexeme;
	List *order;	 /* inside the parentheses or WITHIN GROUP */
	int within;		 /* lexeme WITHIN, else -1 */
	int within_open; /* its parenthesis */
	int nulls;		 /* lexeme IGNORE or RESPECT before NULLS, else -1 */
	int over;		 /* lexeme OVER, else -1 */
	int over_order;	 /* lexeme ORDER in the window, else -1 */
	int over_close;	 /* last lexeme of the window */
	int part;		 /* extract: lexeme of the date part */

	/* cast: range of the type's name, and its spelling */
	int type_first;
	int type_last;
	int type_name; /* lexeme of the first word */

	/* subquery */
	TreeQuery *query;
	bool rows; /* stands for its rows: IN (SELECT ...) */

	/* while rewriting: an operand of several comparisons is cast or trimmed once */
	bool coerced;
	bool trimmed;
	bool renamed;  /* its column would lose its name */
	int set_depth; /* it gives rows: a call 1, a CASE more than what it holds; 0: it doesn't */
	bool case_insensitive; /* its text is compared whatever its case */
	const char *shown;	   /* the name of its column, where that is none of its words */
	int32 typmod;		   /* of a DECIMAL, -1: not known */
} TreeExpr;

typedef struct SelectItem
{
	TreeExpr *expr;
	const char *alias; /* NULL: none */
	int alias_lexeme;  /* -1: none */
	bool as;		   /* written with AS */
	int first;
	int last;		   /* alias included */
	List *excluded;	   /* of a star: names that EXCLUDE leaves out */
	int exclude_first; /* EXCLUDE behind this item, else -1 */

	/* filled while rewriting */
	Oid type;
	const char *sorted; /* a SUPER's expression, for an ORDER BY that names its column; else NULL */
	List *expansion;	/* StarColumn: what is written in the place of a star */
} SelectItem;

typedef enum FromKind
{
	FROM_TABLE,
	FROM_SUBQUERY,
	FROM_FUNCTION
} FromKind;

/* PIVOT or UNPIVOT behind a FROM item. */
typedef struct Pivot
{
	bool unpivot;
	bool include_nulls;
	int first;
	int last;
	List *aggregates;		/* SelectItem */
	const char *value_name; /* unpivot */
	const char *name;		/* the column after FOR */
	List *values;			/* SelectItem */
	const char *alias;
	int alias_lexeme;
} Pivot;

typedef struct FromItem
{
	FromKind kind;
	const char *schema;
	const char *name;
	const char *alias;
	int first;
	int last; /* last lexeme of the item itself, without alias */
	int end;  /* last lexeme of all that belongs to it */
	int alias_lexeme;
	int at_lexeme;		/* the name behind AT, else -1 */
	int offset_lexeme;	/* WITH of WITH OFFSET, else -1 */
	int unpivot_lexeme; /* UNPIVOT before the item, else -1 */
	List *names;		/* char *: t (a, b) */
	List *around;		/* int: parentheses around a table alone, FROM (t) */
	List *shared;		/* char *: columns of USING, which it shares with the items before it */
	bool natural;		/* likewise all of the same name: NATURAL JOIN */
	bool obscure;		/* it shares columns, but which isn't known */
	TreeQuery *query;
	TreeExpr *expr; /* of a table its name, or a path into a SUPER column */
	Pivot *pivot;

	/* filled while rewriting */
	List *outer;	   /* TreeExpr: conditions with (+) at its columns */
	bool joined;	   /* it stands in the text that its list with (+) becomes */
	bool element;	   /* stands for an element of a SUPER array */
	const char *moved; /* schema of a system relation, where the catalog has it; NULL: as written */
	bool known;		   /* columns is complete */
	bool absent;	   /* the catalog knows no such relation */
	List *columns;	   /* DialectColumn */
	NameMap *by_name;  /* of columns, once one has been asked for */
} FromItem;

typedef struct Select
{
	int first; /* SELECT */
	int last;
	int distinct;  /* lexeme DISTINCT, else -1 */
	int top_first; /* TOP n, else -1 */
	int top_last;
	List *items; /* SelectItem */
	int into;	 /* lexeme INTO, else -1 */
	List *from;	 /* FromItem */
	List *joins; /* TreeExpr: ON conditions */
	int from_lexeme;
	TreeExpr *where;
	List *group;
	int group_all;	 /* lexeme ALL of GROUP BY ALL, else -1 */
	TreeExpr *start; /* START WITH; its range begins at start_lexeme, else -1 */
	int start_lexeme;
	TreeExpr *connect; /* CONNECT BY; likewise */
	int connect_lexeme;
	TreeExpr *having;
	int qualify_lexeme; /* -1: none */
	TreeExpr *qualify;
	List *windows; /* TreeExpr of the WINDOW clause */

	bool wrapped; /* while rewriting: it stands in another SELECT now */
} Select;

typedef struct CommonTable
{
	const char *name;
	List *names; /* char *: WITH t (a, b) */
	TreeQuery *query;
	List *columns;
	bool known;
} CommonTable;

/* SELECT ... UNION SELECT ... ORDER BY ... LIMIT, perhaps with WITH and parentheses. */
struct TreeQuery
{
	int first;
	int last;
	List *common;	  /* CommonTable */
	List *selects;	  /* Select of this level, in order */
	List *nested;	  /* TreeQuery in parentheses at this level */
	List *rows;		  /* TreeExpr: VALUES rows */
	List *plain;	  /* int: parentheses of rows of literals, not parsed */
	List *minus;	  /* int: lexemes MINUS */
	List *alls;		  /* int: lexemes INTERSECT, EXCEPT, MINUS before ALL */
	List *order;	  /* TreeExpr */
	int order_lexeme; /* -1: none */
	int limit_lexeme;
	List *others; /* TreeExpr: LIMIT, OFFSET */
	bool simple;  /* one SELECT, nothing nested */

	/* of the query that fills a table */
	bool unnamed;  /* the names of its columns don't matter */
	List *targets; /* DialectColumn: what its columns fill */
	bool combined; /* it is a part of a set operation */

	bool recursive; /* it may refer to itself, as a query of WITH RECURSIVE */
	bool typed;		/* whoever sees its columns is told the DECIMALs that they are */

	/* filled while rewriting */
	List *columns; /* DialectColumn */
	bool known;
	bool has_term;	/* a term has told its columns */
	int first_term; /* the first lexeme of the first one that has */
	bool widened;	/* a DECIMAL of one term has other digits than that of another */
};

/* rewrite_parse_expr.c: parse from *next on and move it; NULL when there is no expression */
extern TreeExpr *ExprParse(const LexemeList *list, int *next);
extern List *ExprListParse(const LexemeList *list, int *next);
extern List *ExprOrderParse(const LexemeList *list, int *next);
extern bool LexemeStartsQuery(const LexemeList *list, int index);

/* rewrite_parse.c */
extern TreeQuery *QueryParse(const LexemeList *list, int *next);
extern List *SelectItemsParse(const LexemeList *list, int *next);

/*
 * rewrite_parse_change.c: an UPDATE, DELETE or MERGE as if a SELECT of what it
 * reads: FROM its target and the other tables, its expressions the list; NULL
 * when it is none.
 */
extern Select *ChangeParse(const LexemeList *list, int next);

/* rewrite_parse_from.c */
extern List *FromListParse(const LexemeList *list, int *next, List **joins);

#endif /* SPARKIFY_REWRITE_TREE_H */
