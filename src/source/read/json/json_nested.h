/*
 * json_nested.h
 *		Objects and arrays as Redshift is thought to print them into a character
 *		column: compact, keys sorted, `": "` after keys.
 *
 * Not documented by AWS but for its samples (copy-usage_notes-copy-from-json);
 * chosen because jsoncpp, whose numbers clusters print, prints objects like that.
 */
#ifndef SPARKIFY_JSON_NESTED_H
#define SPARKIFY_JSON_NESTED_H

#include "source/read/record.h"

typedef struct JsonNested JsonNested;

extern JsonNested *JsonNestedCreate(void);

/* Forgets the texts printed so far. */
extern void JsonNestedReset(JsonNested *nested);

/*
 * Prints the (well-formed) object or array that the field holds.  The field
 * gets its new text by JsonNestedPlace.  False when memory ran out.
 */
extern bool JsonNestedPrint(JsonNested *nested, Field *field);

/* Points all printed fields to their texts, which live until the reset. */
extern void JsonNestedPlace(JsonNested *nested);
extern void JsonNestedFree(JsonNested *nested);

#endif /* SPARKIFY_JSON_NESTED_H */
