/*
 * fuzz_json.c
 *		libFuzzer target: jsonpaths, the JSON reader and the converters.
 *
 * Input: a byte of mapping and reader options, a byte of conversion options,
 * then for jsonpaths a document that ends with a zero byte, then the object.
 */
#include "fuzz_rows.h"
#include "source/read/json/json_reader.h"

static const char *const names[FUZZ_COLUMNS] = {"a", "b", "c", "d", "e", "f", "g", "h", "i",
												"j", "k", "l", "m", "n", "o", "p", "q"};

/* Makes a mapping, or NULL when the document is refused. */
static JsonMapping *
MakeMapping(unsigned kind, const uint8_t **data, size_t *size)
{
	const uint8_t *end;
	JsonMapping *mapping;
	Failure failure;

	FailureInit(&failure);
	if (kind < 2)
		return JsonMappingAuto(names, FUZZ_COLUMNS, kind == 1, &failure);
	end = memchr(*data, '\0', *size);
	if (end == NULL)
		return NULL;
	mapping = JsonMappingFromDocument((const char *)*data, (size_t)(end - *data), "s3://f/p", names,
									  FUZZ_COLUMNS, &failure);
	FUZZ_CHECK((mapping == NULL) == Failed(&failure));
	*size -= (size_t)(end + 1 - *data);
	*data = end + 1;
	return mapping;
}

/* The reader for a mapping; those of 'auto' are made once, which also tests their reuse. */
static RecordReader *
OpenReader(unsigned options, JsonMapping *mapping)
{
	static const bool keep[FUZZ_COLUMNS] = {[15] = true};
	JsonReaderOptions json = {.mapping = mapping,
							  .nested_text = options & 4 ? NESTED_REDSHIFT : NESTED_SOURCE,
							  .keep_source = options & 8 ? keep : NULL,
							  .skip_lines = options & 16 ? 1 : 0,
							  .max_depth = options & 32 ? 8 : 0};
	Failure failure;
	RecordReader *reader;

	FailureInit(&failure);
	reader = JsonReaderOpen(&json, &failure);
	FUZZ_CHECK(reader != NULL);
	return reader;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static RecordReader *kept[64];
	unsigned options, choice;
	JsonMapping *mapping;
	RecordReader *reader;

	if (size < 2)
		return 0;
	options = data[0];
	choice = data[1];
	data += 2;
	size -= 2;
	if ((options & 3) < 2)
	{
		if (kept[options & 63] == NULL)
			kept[options & 63] = OpenReader(options, MakeMapping(options & 3, &data, &size));
		FuzzLoad(kept[options & 63], data, size, options & 64 ? 1 : 4096, choice);
		return 0;
	}
	mapping = MakeMapping(options & 3, &data, &size);
	if (mapping == NULL)
		return 0;
	reader = OpenReader(options, mapping);
	FuzzLoad(reader, data, size, options & 64 ? 1 : 4096, choice);
	RecordReaderClose(reader);
	JsonMappingFree(mapping);
	return 0;
}
