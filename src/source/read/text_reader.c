/*
 * text_reader.c
 *		Finds the records of delimited, CSV and fixed-width text.
 *
 *	ByteSource -> ReadBuffer -> TextReader: lines, with LF or CRLF at their ends
 *	                              \-> TextFields: what is in them
 */
#include "source/read/text_reader.h"

#include <stdlib.h>
#include <string.h>

#include "source/base/read_buffer.h"
#include "source/read/text_fields.h"

typedef struct TextReader
{
	RecordReader reader;

	/* parameters */
	TextReaderOptions options;

	/* working state */
	ReadBuffer buffer;
	TextFields fields;
	char *decoded;
	size_t decoded_size;
} TextReader;

static void TextReaderStart(RecordReader *base, ByteSource *source);
static ReadStatus TextReaderNext(RecordReader *base, Record *record, Failure *failure);
static void TextReaderClose(RecordReader *base);
static const char *FindRecord(TextReader *reader, Failure *failure);
static bool MakeRoom(TextReader *reader, size_t length, Failure *failure);
static bool TooLarge(TextReader *reader, size_t length, Failure *failure);

/* Makes a reader; NULL with the failure filled in when memory ran out. */
RecordReader *
TextReaderOpen(const TextReaderOptions *options, Failure *failure)
{
	TextReader *reader = calloc(1, sizeof(*reader));

	if (reader == NULL)
	{
		(void)FailureNoMemoryFor(failure, "the text reader");
		return NULL;
	}

	reader->reader.start = TextReaderStart;
	reader->reader.next = TextReaderNext;
	reader->reader.close = TextReaderClose;
	reader->options = *options;
	if (reader->options.delimiter == NULL || reader->options.delimiter[0] == '\0')
		reader->options.delimiter = options->format == TEXT_CSV ? "," : "|";
	if (reader->options.quote == '\0')
		reader->options.quote = '"';
	reader->fields.options = &reader->options;
	reader->fields.delimiter_length = strlen(reader->options.delimiter);

	/* one more, so that the field behind the last has an address */
	reader->fields.fields = calloc((size_t)options->ncolumns + 1, sizeof(Field));
	if (reader->fields.fields == NULL || !ReadBufferInit(&reader->buffer, failure))
	{
		(void)FailureNoMemoryFor(failure, "the text reader");
		TextReaderClose(&reader->reader);
		return NULL;
	}

	return &reader->reader;
}

/* Starts on an object. */
static void
TextReaderStart(RecordReader *base, ByteSource *source)
{
	TextReader *reader = (TextReader *)base;

	ReadBufferStart(&reader->buffer, source);
}

/* Finds the next record; at the end the record's line and offset are those of the object's end. */
static ReadStatus
TextReaderNext(RecordReader *base, Record *record, Failure *failure)
{
	TextReader *reader = (TextReader *)base;
	ReadBuffer *buffer = &reader->buffer;
	const char *end, *newline;
	uint64_t newlines = 0;
	bool good;

	record->fields = reader->fields.fields;
	record->nfields = reader->options.ncolumns;
	if (!ReadBufferBegin(buffer, reader->options.skip_lines, failure))
		return READ_FAILED;

	newline = FindRecord(reader, failure);
	if (Failed(failure))
		return READ_FAILED;

	/* offsets are counted from the object's beginning, for the log of loads */
	record->offset = ReadBufferOffset(buffer, buffer->next);
	record->raw = buffer->next;
	if (newline == NULL)
	{
		record->raw_length = 0;
		record->line = ReadBufferLines(buffer);
		return READ_END;
	}

	/* a CR before the newline belongs to the line's end */
	end = TextTrimReturn(&reader->fields, buffer->next, newline);
	record->raw_length = (size_t)(end - buffer->next);

	/* refused before room for it is made */
	if (TooLarge(reader, record->raw_length, failure) ||
		!MakeRoom(reader, record->raw_length, failure))
		return READ_FAILED;

	good = TextSplit(&reader->fields, buffer->next, end, &record->error);

	/* a field may hold newlines, within quotes or escaped: the line number has to count them */
	for (const char *p = buffer->next; (p = memchr(p, '\n', (size_t)(newline - p))) != NULL; p++)
		newlines++;
	/* a quote that never closes takes in the object's last newline */
	record->line = buffer->line + newlines -
				   (newlines > 0 && newline == buffer->end && newline[-1] == '\n' ? 1 : 0);

	/* the last line may have no newline behind it */
	if (newline < buffer->end)
		ReadBufferMove(buffer, newline + 1, newlines + 1);
	else
		ReadBufferMove(buffer, newline, newlines);
	return good ? READ_RECORD : READ_BAD_RECORD;
}

/* Releases the reader. */
static void
TextReaderClose(RecordReader *base)
{
	TextReader *reader = (TextReader *)base;

	ReadBufferFree(&reader->buffer);
	free(reader->fields.fields);
	free(reader->decoded);
	free(reader);
}

/*
 * Finds the line end of the record at the buffer's next, blank lines skipped
 * if they are to be ignored; NULL at the end of the object or on a failure.
 */
static const char *
FindRecord(TextReader *reader, Failure *failure)
{
	ReadBuffer *buffer = &reader->buffer;

	for (;;)
	{
		size_t left = ReadBufferLeft(buffer);
		const char *end = NULL;

		if (left > 0)
			end = TextRecordEnd(&reader->fields, buffer->next, buffer->end, buffer->at_end);
		if (end != NULL)
		{
			/* a line that has nothing but a CR is blank, too */
			bool blank = end == buffer->next || (end == buffer->next + 1 && *buffer->next == '\r');

			if (!blank || !reader->options.ignore_blank_lines)
				return end;
			ReadBufferMove(buffer, end < buffer->end ? end + 1 : end, end < buffer->end ? 1 : 0);
			continue;
		}

		/* no newline within the limit: this is no text, and reading on would fill the memory */
		if (TooLarge(reader, left, failure))
			return NULL;
		/* at the end, what is left is a record; nothing is none */
		if (!ReadBufferMore(buffer, failure) && (Failed(failure) || left == 0))
			return NULL;
	}
}

/* Makes room to decode a record. */
static bool
MakeRoom(TextReader *reader, size_t length, Failure *failure)
{
	if (reader->decoded_size <= length)
	{
		size_t size = 2 * length + 4096;

		free(reader->decoded);
		reader->decoded_size = 0;
		reader->decoded = malloc(size);
		if (reader->decoded == NULL)
			return FailureNoMemoryFor(failure, "the text reader");

		reader->decoded_size = size;
	}

	reader->fields.decoded = reader->decoded;

	return true;
}

/* Says whether a record of this length fails the COPY (AWS: r_COPY, "4 MB"). */
static bool
TooLarge(TextReader *reader, size_t length, Failure *failure)
{
	if (length <= RECORD_MAX_BYTES)
		return false;

	FailureSet(failure, FAILURE_DATA, "record at line %llu is larger than 4 MB",
			   (unsigned long long)reader->buffer.line);
	FailureDetail(failure, "A single input row has at most %d bytes.", RECORD_MAX_BYTES);
	return true;
}
