/*
 * decimal.h
 *		Division of DECIMAL, for other types that hold numbers.
 */
#ifndef SPARKIFY_DECIMAL_H
#define SPARKIFY_DECIMAL_H

#include "postgres.h"
#include "fmgr.h"

#define DECIMAL_MAX_SCALE 38

extern Datum redshift_quotient(PG_FUNCTION_ARGS);

#endif /* SPARKIFY_DECIMAL_H */
