/*
 * json_picker.h
 *		Picks the values that columns want out of one JSON record, in one pass,
 *		and checks all the rest of it.
 */
#ifndef SPARKIFY_JSON_PICKER_H
#define SPARKIFY_JSON_PICKER_H

#include "source/read/json/json_reader.h"
#include "source/read/json/json_scan.h"

typedef struct JsonPicker JsonPicker;

/* The options, their mapping and what they point to must outlive the picker. */
extern JsonPicker *JsonPickerCreate(const JsonReaderOptions *options, Failure *failure);

/*
 * Walks over the object or array at p.  Returns what follows it, or NULL with
 * the scan saying why; then no field means anything.
 */
extern const char *JsonPickerPick(JsonPicker *picker, JsonScan *scan, const char *p);

/*
 * Makes the fields of a picked record of this many bytes what record.h says:
 * strings decoded, nested values in the form wished.  They live until the next
 * record.  False with the error filled in when a path doesn't fit the record;
 * false with the failure filled in when memory ran out.
 */
extern bool JsonPickerFinish(JsonPicker *picker, size_t length, RecordError *error,
							 Failure *failure);

extern Field *JsonPickerFields(JsonPicker *picker, int *nfields);
extern void JsonPickerFree(JsonPicker *picker);

#endif /* SPARKIFY_JSON_PICKER_H */
