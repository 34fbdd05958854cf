/*
 * fuzz_chain.c
 *		libFuzzer target: the chain of streams as a load builds it: unpacking,
 *		encoding, header lines, records.  Whatever the bytes and the options, it ends.
 *
 * Input: a byte of compression and encoding, a byte of format and header lines, a byte of
 * how the bytes arrive, how many are read and what is asked for after the end, then the object.
 */
#include "fuzz_rows.h"
#include "source/codec/inflate.h"
#include "source/codec/transcode.h"
#include "source/read/json/json_reader.h"
#include "source/read/text_reader.h"

/* Records of one object: unpacked, a byte of it makes thousands. */
#define MANY_RECORDS 4000000

/*
 * The unpacked bytes that are read of one input: more than any buffer on the way holds.  A few inputs read many;
 * if all did, most of the time would go into unpacking the same bomb.
 */
#define ENOUGH_BYTES ((size_t)24 * 1024)
#define MANY_BYTES ((size_t)1024 * 1024)

/* Passes bytes on until there were enough. */
typedef struct Bounded
{
	ByteSource base;
	ByteSource *inner;
	size_t left;
} Bounded;

static ssize_t
BoundedRead(ByteSource *source, char *buffer, size_t size, Failure *failure)
{
	Bounded *bounded = (Bounded *)source;
	ssize_t got;

	if (bounded->left == 0)
		return 0;
	got = ByteSourceRead(bounded->inner, buffer, size < bounded->left ? size : bounded->left,
						 failure);
	FUZZ_CHECK(got <= (ssize_t)size && (got >= 0) == !Failed(failure));
	if (got > 0)
		bounded->left -= (size_t)got;
	return got;
}

/* A reader of the format, with so many header lines; made once, which also tests its reuse. */
static RecordReader *
OpenReader(unsigned format, unsigned lines)
{
	static RecordReader *kept[4][4];
	static const int widths[FUZZ_COLUMNS] = {1, 2, 3, 4, 1, 1, 1, 1, 1, 10, 8, 8, 19, 1, 1, 1, 1};
	static JsonReaderOptions json[4];
	static const uint64_t headers[] = {0, 1, 2, 1000000};
	Failure failure;

	FailureInit(&failure);
	if (kept[format][lines] != NULL)
		return kept[format][lines];
	if (format == 3)
	{
		const char *names[FUZZ_COLUMNS];

		for (int i = 0; i < FUZZ_COLUMNS; i++)
			names[i] = fuzz_columns[i].name;
		json[lines].mapping = JsonMappingAuto(names, FUZZ_COLUMNS, false, &failure);
		json[lines].skip_lines = headers[lines];
		kept[format][lines] = JsonReaderOpen(&json[lines], &failure);
	}
	else
	{
		TextReaderOptions text = {.format = (TextFormat)format,
								  .ncolumns = FUZZ_COLUMNS,
								  .delimiter = ",",
								  .quote = '"',
								  .null_as = "\\N",
								  .null_as_length = 2,
								  .skip_lines = headers[lines],
								  .widths = widths};

		kept[format][lines] = TextReaderOpen(&text, &failure);
	}
	FUZZ_CHECK(kept[format][lines] != NULL);
	return kept[format][lines];
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const size_t pieces[] = {1, 7, 4096, 1 << 20};
	FuzzSource source;
	Bounded unpacked, decoded;
	ByteSource *stream;
	RecordReader *reader;
	Record record = {0};
	Failure failure;
	ReadStatus status;
	size_t records = 0, enough;

	if (size < 3)
		return 0;
	enough = data[2] >> 3 == 31 && data[1] >> 4 == 15 ? MANY_BYTES : ENOUGH_BYTES;
	FailureInit(&failure);
	source = (FuzzSource){{FuzzRead, FuzzClose}, data + 3, size - 3, pieces[data[2] & 3]};
	stream = InflateOpen((Compression)(data[0] & 3), (size_t)1 << 20, &source.source, &failure);
	unpacked = (Bounded){{BoundedRead, FuzzClose}, stream, enough};
	stream = TranscodeOpen((Encoding)((data[0] >> 2) % 5), &unpacked.base, &failure);
	decoded = (Bounded){{BoundedRead, FuzzClose}, stream, enough};
	FUZZ_CHECK(stream != NULL);

	reader = OpenReader(data[1] & 3, data[1] >> 2 & 3);
	RecordReaderStart(reader, &decoded.base);
	while ((status = RecordReaderNext(reader, &record, &failure)) == READ_RECORD ||
		   status == READ_BAD_RECORD)
		FUZZ_CHECK(++records < MANY_RECORDS || decoded.left < enough / 2);
	FUZZ_CHECK((status == READ_FAILED) == Failed(&failure));

	/* What failed or ended once does so again, whoever asks. */
	for (int i = 0; i < 3; i++)
	{
		char buffer[64];
		Failure again;
		ssize_t got;

		FailureInit(&again);
		got = ByteSourceRead(stream, buffer, data[2] & 4 ? 1 : sizeof(buffer), &again);
		if (got <= 0 && status == READ_FAILED && failure.code != FAILURE_DATA)
			FUZZ_CHECK(got <= 0);
	}
	if (stream != &unpacked.base)
		ByteSourceClose(stream);
	if (unpacked.inner != &source.source)
		ByteSourceClose(unpacked.inner);
	return 0;
}
