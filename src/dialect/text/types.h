/*
 * types.h
 *		Redshift's names of types, and what PostgreSQL calls them.
 */
#ifndef SPARKIFY_TYPES_H
#define SPARKIFY_TYPES_H

#include "dialect/lex/lexer.h"

/* What Redshift's two collations are here (AWS: c_collation_sequences, r_COLLATE). */
#define CASE_INSENSITIVE_COLLATION "redshift.case_insensitive"
#define CASE_SENSITIVE_COLLATION "pg_catalog.\"default\""

/* What stands in parentheses behind a type's name. */
typedef enum TypeModifier
{
	TYPE_MODIFIER_NONE,
	TYPE_MODIFIER_KEPT,	   /* as written: precision of a timestamp, of a float */
	TYPE_MODIFIER_LENGTH,  /* bytes, or MAX */
	TYPE_MODIFIER_NUMERIC, /* precision and scale */
	TYPE_MODIFIER_DROPPED  /* Redshift has one, PostgreSQL hasn't */
} TypeModifier;

/* A type by one of its names. */
typedef struct TypeRule
{
	const char *name;	  /* lower case; words separated by one space */
	const char *postgres; /* PostgreSQL's name */
	TypeModifier modifier;
	const char *absent; /* modifier where none is written; NULL: none */
	int maximum;		/* LENGTH: what MAX means; NUMERIC: highest precision */
} TypeRule;

/* A type as it stands in a statement. */
typedef struct TypeUse
{
	const TypeRule *rule; /* NULL: not Redshift's; goes through as written */
	int first;			  /* lexemes; last is inclusive */
	int last;
	char *modifier;	  /* "256", "18, 0", "max"; NULL: none written */
	const char *zone; /* "with time zone", "without time zone"; NULL: not written */
} TypeUse;

/*
 * Reads a type from the lexeme *next on and moves *next behind it; end is
 * exclusive.  False when there is none.
 */
extern bool TypeParse(const LexemeList *list, int *next, int end, TypeUse *use);

/* Raises an error where the type that a lexeme names is one of Redshift's that isn't here. */
extern void TypeRefuseAbsent(const LexemeList *list, int lexeme);

/* The type in PostgreSQL's spelling; an error where it isn't here. */
extern char *TypePostgres(const LexemeList *list, const TypeUse *use);

/* The type as PostgreSQL's catalog has it, InvalidOid where it is none of Redshift's; *typmod of DECIMAL, else -1. */
extern Oid TypeOid(const TypeUse *use, int32 *typmod);

/* Digits that a DECIMAL can have (r_Numeric_types201), and the type modifier of one. */
#define DECIMAL_MAX_PRECISION 38
extern int32 DecimalTypmod(int precision, int scale);

/* The type in Redshift's spelling: as written, in capitals. */
extern char *TypeRedshift(const LexemeList *list, const TypeUse *use);

#endif /* SPARKIFY_TYPES_H */
