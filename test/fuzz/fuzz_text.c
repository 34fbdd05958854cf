/*
 * fuzz_text.c
 *		libFuzzer target: the text reader and the converters.
 *
 * Input: a byte of format and piece, a byte of text options, a byte of
 * conversion options, then the object.
 */
#include "fuzz_rows.h"
#include "source/read/text_reader.h"

/* The reader for two bytes of options; made once, which also tests its reuse. */
static RecordReader *
OpenReader(unsigned format, unsigned options)
{
	static RecordReader *kept[3][256];
	static const char *const delimiters[] = {"|", ",", "\t", "|~|"};
	static const int widths[FUZZ_COLUMNS] = {1, 2, 3, 4, 1, 1, 1, 1, 1, 10, 8, 8, 19, 1, 1, 1, 1};
	TextReaderOptions text = {.format = (TextFormat)format,
							  .ncolumns = FUZZ_COLUMNS,
							  .delimiter = delimiters[options & 3],
							  .quote = options & 4 ? '\'' : '"',
							  .escape = format == TEXT_DELIMITED && (options & 8) != 0,
							  .remove_quotes = format == TEXT_DELIMITED && (options & 16) != 0,
							  .fill_record = options & 32,
							  .ignore_blank_lines = options & 64,
							  .null_as = "\\N",
							  .null_as_length = options & 128 ? 0 : 2,
							  .widths = widths};
	Failure failure;

	FailureInit(&failure);
	if (kept[format][options] == NULL)
		kept[format][options] = TextReaderOpen(&text, &failure);
	FUZZ_CHECK(kept[format][options] != NULL);
	return kept[format][options];
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 3)
		return 0;
	FuzzLoad(OpenReader((data[0] & 127) % 3, data[1]), data + 3, size - 3, data[0] & 128 ? 1 : 4096,
			 data[2]);
	return 0;
}
