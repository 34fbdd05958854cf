/*
 * lint.h
 *		What the files of the check share.
 */
#ifndef SPARKIFY_LINT_H
#define SPARKIFY_LINT_H

#include "dialect/rewrite/tree/rewrite_tree.h"
#include "dialect/text/statement.h"

typedef struct Lint
{
	const LexemeList *list;
	const DialectStatement *statement; /* being checked */
	int number;						   /* of the statement, from 1 */
	const DialectContext *context;
	DialectPlace place;
	bool in_transaction; /* between BEGIN and COMMIT */
	bool changed;		 /* a statement before may have made or changed tables */
	List *findings;		 /* DialectFinding * */
	int counted;		 /* bytes of the script up to the last line asked for */
	int line;			 /* that line */
} Lint;

/* A rule that fires on a few words in a row. */
typedef struct LintRule
{
	const char *name;
	bool fatal;		   /* fails on Redshift; else: means something else there */
	const char *tag;   /* statements it is for: what their tag begins with; NULL: all */
	const char *words; /* lower case, separated by one space; '^' is the statement's beginning */
	const char *message;
	const char *hint;
} LintRule;

/* lint_rules.c */
extern const LintRule lint_rules[];
extern const int lint_rules_count;
extern bool LintIsReserved(const char *word);

/* finding.c: adds a finding at a lexeme; hint may be NULL */
extern void LintAdd(Lint *lint, int lexeme, const char *rule, bool fatal, const char *hint,
					const char *format, ...) pg_attribute_printf(6, 7);

/* lint_table.c */
extern void LintTable(Lint *lint);

/* lint_query.c */
extern void LintQueries(Lint *lint);

/*
 * lint_change.c: INSERT, UPDATE, MERGE; functions that the leader node has only: whether a word is one, the
 * finding over a table
 */
extern void LintChange(Lint *lint);
extern bool LintUsesColumn(const TreeExpr *expr);
extern bool LintIsLeader(const Lint *lint, int lexeme);
extern void LintLeader(Lint *lint, int lexeme);

/* lint_copy.c */
extern void LintCopy(Lint *lint);

/* lint_views.c */
extern void LintViews(Lint *lint);

#endif /* SPARKIFY_LINT_H */
