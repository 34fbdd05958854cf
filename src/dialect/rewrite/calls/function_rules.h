/*
 * function_rules.h
 *		What becomes of a function's call, what it takes, the type it gives.
 */
#ifndef SPARKIFY_FUNCTION_RULES_H
#define SPARKIFY_FUNCTION_RULES_H

#include "dialect/rewrite/calls/rewrite_calls.h"

typedef enum CallTarget
{
	CALL_KEEP,		/* PostgreSQL's own */
	CALL_RENAME,	/* PostgreSQL's own under another name */
	CALL_EXTENSION, /* in the extension's schema */
	CALL_REDSHIFT,	/* in the schema "redshift" */
	CALL_SPECIAL,	/* by a function of rewrite_calls.c */
	CALL_REFUSED	/* an error; the name is its hint */
} CallTarget;

#define RESULT_FIRST ANYELEMENTOID	/* the type of the first argument */
#define RESULT_SAME ANYARRAYOID		/* the same, also the scale of a DECIMAL */
#define RESULT_LAST ANYOID			/* the type of the last, a DATE made a TIMESTAMP */
#define RESULT_BYTES ANYNONARRAYOID /* VARBYTE of VARBYTE, else VARCHAR */

/*
 * Arguments, a letter each: p date part, t text, d date or timestamp,
 * D timestamp, n number, N DECIMAL, b text or VARBYTE, B VARBYTE, S SUPER,
 * * whatever; + repeats the letter before.
 */
typedef struct FunctionRule
{
	const char *name;
	CallTarget target;
	const char *target_name; /* NULL: the same; the hint of a refusal */
	const char *arguments;
	Oid result;
	CallRewriter rewrite; /* of CALL_SPECIAL, and of others what precedes the rest */
} FunctionRule;

/* The rule for a name; of a call that names a schema also by the name that a rule leads to. NULL: none. */
extern const FunctionRule *FunctionRuleFind(const char *name, bool foreign);

/* What the argument at an index is cast to. */
extern char FunctionRuleLetter(const FunctionRule *rule, int index);

#endif /* SPARKIFY_FUNCTION_RULES_H */
