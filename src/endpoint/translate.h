/*
 * translate.h
 *		Says to the gateway how PostgreSQL is to be told what a client has sent.
 */
#ifndef SPARKIFY_TRANSLATE_H
#define SPARKIFY_TRANSLATE_H

#include "postgres.h"
#include "fmgr.h"

/* endpoint_translate(text) returns bytea: the answer in the form of answer.h. */
extern PGDLLEXPORT Datum endpoint_translate(PG_FUNCTION_ARGS);

#endif /* SPARKIFY_TRANSLATE_H */
