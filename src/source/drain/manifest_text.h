/*
 * manifest_text.h
 *		The manifest that UNLOAD ... MANIFEST writes.
 */
#ifndef SPARKIFY_MANIFEST_TEXT_H
#define SPARKIFY_MANIFEST_TEXT_H

#include "source/base/text_buffer.h"
#include "source/drain/drain.h"

/*
 * Prints the list of objects; with schema (JSON of the columns) also sizes and
 * numbers of rows (AWS: r_UNLOAD_command_examples).  TextBufferOk tells of memory.
 */
extern void ManifestPrint(TextBuffer *text, const char *bucket, const DrainedObject *objects,
						  int count, const char *schema);

#endif /* SPARKIFY_MANIFEST_TEXT_H */
