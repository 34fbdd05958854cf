/*
 * rewrite_kinds.c
 *		What types hold, and how they are spelled as a cast's target.
 */
#include "postgres.h"

#include "catalog/pg_type.h"

#include "dialect/rewrite/types/rewrite_types.h"

typedef struct TypeSpelling
{
	Oid type;
	const char *name;
} TypeSpelling;

/* Targets of casts; numeric is qualified so that it doesn't read as Redshift's NUMERIC(18,0). */
static const TypeSpelling type_spellings[] = {
	{INT2OID, "smallint"},		 {INT4OID, "integer"},
	{INT8OID, "bigint"},		 {NUMERICOID, "pg_catalog.numeric"},
	{FLOAT4OID, "real"},		 {FLOAT8OID, "double precision"},
	{BOOLOID, "boolean"},		 {DATEOID, "date"},
	{TIMEOID, "time"},			 {TIMETZOID, "time with time zone"},
	{TIMESTAMPOID, "timestamp"}, {TIMESTAMPTZOID, "timestamp with time zone"},
	{INTERVALOID, "interval"},
};

/* Whether a type holds text. */
bool
TypeIsText(Oid type)
{
	return type == VARCHAROID || type == TEXTOID || type == BPCHAROID || type == NAMEOID;
}

/* Whether a type holds whole numbers. */
bool
TypeIsInteger(Oid type)
{
	return type == INT2OID || type == INT4OID || type == INT8OID;
}

/* Whether a type holds numbers. */
bool
TypeIsNumber(Oid type)
{
	return TypeIsInteger(type) || type == NUMERICOID || type == FLOAT4OID || type == FLOAT8OID;
}

/* Whether a type holds a point in time, to the day at least. */
bool
TypeIsTimestamp(Oid type)
{
	return type == DATEOID || type == TIMESTAMPOID || type == TIMESTAMPTZOID;
}

const char *
TypeSpell(Oid type)
{
	for (int i = 0; i < (int)lengthof(type_spellings); i++)
	{
		if (type_spellings[i].type == type)
			return type_spellings[i].name;
	}

	return NULL;
}

/* Whether a value of a type may be one of a SUPER: dates and times aren't (AWS: limitations-super). */
bool
BecomesSuper(Oid type)
{
	return type == JSONBOID || type == UNKNOWNOID || type == BOOLOID || TypeIsNumber(type) ||
		   TypeIsText(type);
}
