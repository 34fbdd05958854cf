/*
 * super_value.h
 *		A SUPER's type at run time.
 */
#ifndef SPARKIFY_SUPER_VALUE_H
#define SPARKIFY_SUPER_VALUE_H

#include "postgres.h"
#include "utils/jsonb.h"

/* In the order of ORDER BY (AWS: query-super). */
typedef enum SuperType
{
	SUPER_BOOLEAN,
	SUPER_NUMBER,
	SUPER_STRING,
	SUPER_ARRAY,
	SUPER_OBJECT,
	SUPER_NULL
} SuperType;

/* Reads a SUPER; value is filled where it is a scalar, and points into it. */
extern SuperType SuperRead(Jsonb *super, JsonbValue *value);

#endif /* SPARKIFY_SUPER_VALUE_H */
