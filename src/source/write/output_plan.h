/*
 * output_plan.h
 *		What an unload makes of a row: the columns' types, and the rules of the
 *		format.
 *
 * unload/ fills it in from the query and UNLOAD's options; all threads read it.
 */
#ifndef SPARKIFY_OUTPUT_PLAN_H
#define SPARKIFY_OUTPUT_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "copy_options/object_form.h"

/* How a value stands in a row block (row_block.h), and so what text it becomes. */
typedef enum ValueKind
{
	VALUE_BOOLEAN, /* 8 bytes, 0 or 1 */
	VALUE_INTEGER, /* int64 */
	VALUE_FLOAT4,  /* float */
	VALUE_FLOAT8,  /* double */
	VALUE_NUMERIC, /* the bytes of PostgreSQL's numeric of 40 digits at most, behind their length */
	VALUE_NUMBER,  /* the text of any other numeric */
	VALUE_DATE,	   /* int64: days since 2000-01-01 */
	VALUE_TIME,	   /* int64: microseconds since midnight */
	VALUE_TIMETZ,  /* ZonedTime */
	VALUE_TIMESTAMP,   /* int64: microseconds since 2000-01-01 */
	VALUE_TIMESTAMPTZ, /* ZonedTime, of the day in UTC */
	VALUE_BYTES,	   /* bytes, unloaded in hexadecimal */
	VALUE_CHAR,		   /* text, whose blanks at the end don't count */
	VALUE_TEXT,		   /* text */
	VALUE_SUPER,	   /* JSON */
	VALUE_OTHER		   /* text of another type's output function */
} ValueKind;

/* A time and the zone it is shown in. */
typedef struct ZonedTime
{
	int64_t microseconds;
	int64_t zone; /* seconds east of UTC */
} ZonedTime;

typedef struct OutputColumn
{
	const char *name;
	ValueKind kind;
	int width; /* FIXEDWIDTH: characters */
} OutputColumn;

typedef struct OutputPlan
{
	const OutputColumn *columns;
	int ncolumns;
	ObjectFormat format;
	char delimiter;
	const char *null_as; /* terminated; empty where nothing else is said */
	bool add_quotes;
	bool escape;
	bool header;
} OutputPlan;

#endif /* SPARKIFY_OUTPUT_PLAN_H */
