/*
 * json_check.h
 *		Whether PostgreSQL's jsonb will take a text, decided without PostgreSQL.
 */
#ifndef SPARKIFY_JSON_CHECK_H
#define SPARKIFY_JSON_CHECK_H

#include <stdbool.h>
#include <stddef.h>

/* Deeper values are refused: SUPER's own limit (AWS: limitations-super). */
#define JSON_CHECK_MAX_DEPTH 1000

/* Longer strings are refused, in bytes: SUPER's own limit, as long as large strings aren't opted into. */
#define JSON_CHECK_MAX_STRING 65535
#define JSON_CHECK_LONG_STRING "a string longer than 65535 bytes"

/*
 * Whether the text is one JSON value (RFC 8259, in UTF-8) that SUPER and jsonb
 * can hold: no \u0000, no lone surrogate, no number beyond numeric's range.  If not,
 * *where is the offset of what is wrong and *why says what.
 */
extern bool JsonCheck(const char *data, size_t length, size_t *where, const char **why);

#endif /* SPARKIFY_JSON_CHECK_H */
