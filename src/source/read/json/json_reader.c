/*
 * json_reader.c
 *		Finds the records of a stream of JSON values.
 *
 *	ByteSource -> ReadBuffer -> JsonReader: where a record begins and ends
 *	                              \-> JsonPicker: what is in it
 *
 * A record that is cut off by the end of the buffer is walked over again when
 * more has been read.
 *
 * After a malformed record reading goes on where, judged by brackets and
 * strings alone, it ends; or, if that comes first, at a line that begins with
 * an opening bracket although neither ',' nor ':' nor '[' stands before it: in
 * JSON only a root value can stand there.  A line's end also ends a string
 * whose quote is missing.  What is left of the record's last line up to the
 * next opening bracket belongs to the same error.
 */
#include "source/read/json/json_reader.h"

#include <stdio.h>
#include <stdlib.h>

#include "source/read/json/json_picker.h"
#include "source/base/read_buffer.h"

typedef struct JsonReader
{
	RecordReader reader;

	/* parameters */
	JsonReaderOptions options;

	/* working state */
	JsonPicker *picker;
	JsonScan scan;
	ReadBuffer buffer;
} JsonReader;

static void JsonReaderStart(RecordReader *base, ByteSource *source);
static ReadStatus JsonReaderNext(RecordReader *base, Record *record, Failure *failure);
static void JsonReaderClose(RecordReader *base);
static bool FindValue(JsonReader *reader, Failure *failure);
static ReadStatus TakeRecord(JsonReader *reader, Record *record, Failure *failure);
static ReadStatus TakeBroken(JsonReader *reader, Record *record, Failure *failure);
static ReadStatus TakeStray(JsonReader *reader, Record *record, Failure *failure);
static ReadStatus RefuseRecord(JsonReader *reader, Record *record, const char *end);
static const char *FindBrokenEnd(const char *start, const char *end);
static const char *SkipBrokenString(const char *p, const char *end);
static const char *FindStrayEnd(const char *start, const char *end);
static void SetRecord(JsonReader *reader, Record *record, const char *end);
static size_t RowSize(const char *start, const char *end);
static bool TooLarge(JsonReader *reader, size_t length, Failure *failure);

/* Makes a reader; NULL with the failure filled in when memory ran out. */
RecordReader *
JsonReaderOpen(const JsonReaderOptions *options, Failure *failure)
{
	JsonReader *reader = calloc(1, sizeof(*reader));

	if (reader == NULL)
	{
		(void)FailureNoMemoryFor(failure, "the JSON reader");
		return NULL;
	}

	reader->reader.start = JsonReaderStart;
	reader->reader.next = JsonReaderNext;
	reader->reader.close = JsonReaderClose;
	reader->options = *options;
	reader->picker = JsonPickerCreate(&reader->options, failure);
	if (reader->picker == NULL || !ReadBufferInit(&reader->buffer, failure) ||
		!JsonScanInit(&reader->scan, options->max_depth))
	{
		(void)FailureNoMemoryFor(failure, "the JSON reader");
		JsonReaderClose(&reader->reader);
		return NULL;
	}

	JsonReaderStart(&reader->reader, NULL);

	return &reader->reader;
}

/* Starts on an object. */
static void
JsonReaderStart(RecordReader *base, ByteSource *source)
{
	JsonReader *reader = (JsonReader *)base;

	ReadBufferStart(&reader->buffer, source);
}

/* Finds the next record; at the end the record's line and offset are those of the object's end. */
static ReadStatus
JsonReaderNext(RecordReader *base, Record *record, Failure *failure)
{
	JsonReader *reader = (JsonReader *)base;

	record->fields = JsonPickerFields(reader->picker, &record->nfields);
	if (!ReadBufferBegin(&reader->buffer, reader->options.skip_lines, failure) ||
		!FindValue(reader, failure))
	{
		if (Failed(failure))
			return READ_FAILED;
		record->raw = reader->buffer.next;
		record->raw_length = 0;
		record->offset = ReadBufferOffset(&reader->buffer, reader->buffer.next);
		record->line = ReadBufferLines(&reader->buffer);
		return READ_END;
	}

	if (*reader->buffer.next == '{' || *reader->buffer.next == '[')
		return TakeRecord(reader, record, failure);

	return TakeStray(reader, record, failure);
}

/* Releases the reader. */
static void
JsonReaderClose(RecordReader *base)
{
	JsonReader *reader = (JsonReader *)base;

	JsonPickerFree(reader->picker);
	JsonScanFree(&reader->scan);
	ReadBufferFree(&reader->buffer);
	free(reader);
}

/* Skips white space up to anything else; false at the end or on a failure. */
static bool
FindValue(JsonReader *reader, Failure *failure)
{
	ReadBuffer *buffer = &reader->buffer;

	for (;;)
	{
		const char *p;

		reader->scan.newlines = 0;
		p = JsonScanSpace(&reader->scan, buffer->next);
		if (p > buffer->next)
			ReadBufferMove(buffer, p, reader->scan.newlines);
		if (p < buffer->end)
			return true;
		if (!ReadBufferMore(buffer, failure))
			return false;
	}
}

/* Takes the object or array at which the buffer is. */
static ReadStatus
TakeRecord(JsonReader *reader, Record *record, Failure *failure)
{
	ReadBuffer *buffer = &reader->buffer;
	const char *end;

	for (;;)
	{
		/*
		 * Reading more may have moved the buffer, so the record is scanned from its beginning
		 * again.
		 */
		reader->scan.end = buffer->end;
		reader->scan.newlines = 0;
		end = JsonPickerPick(reader->picker, &reader->scan, buffer->next);
		if (end != NULL || reader->scan.error != JSON_SCAN_MORE)
			break;

		/* a record that doesn't end is refused at the limit, before memory is */
		if (TooLarge(reader, ReadBufferLeft(buffer), failure))
			return READ_FAILED;
		if (!ReadBufferMore(buffer, failure))
		{
			if (Failed(failure))
				return READ_FAILED;

			/* the object ended inside the record: that is a broken one */
			break;
		}
	}

	if (end == NULL)
		return TakeBroken(reader, record, failure);
	if (TooLarge(reader, RowSize(buffer->next, end), failure))
		return READ_FAILED;
	if (!JsonPickerFinish(reader->picker, (size_t)(end - buffer->next), &record->error, failure))
	{
		if (Failed(failure))
			return READ_FAILED;

		/* what was refused has an end: the load goes on behind it */
		return RefuseRecord(reader, record, end);
	}

	SetRecord(reader, record, end);
	ReadBufferMove(buffer, end, reader->scan.newlines);

	return READ_RECORD;
}

/*
 * A record's size as COPY counts it: a '|' counts twice (AWS:
 * copy-usage_notes-copy-from-json).  Records far from the limit are not looked at.
 */
static size_t
RowSize(const char *start, const char *end)
{
	size_t size = (size_t)(end - start);

	if (size <= RECORD_MAX_BYTES / 2)
		return size;

	while ((start = memchr(start, '|', (size_t)(end - start))) != NULL)
	{
		size++;
		start++;
	}

	return size;
}

/* Takes a malformed record; the scan says what is wrong with it. */
static ReadStatus
TakeBroken(JsonReader *reader, Record *record, Failure *failure)
{
	ReadBuffer *buffer = &reader->buffer;
	const char *end, *rest;

	/* the reason is kept first: what follows scans on, and overwrites where the scan stopped */
	snprintf(record->error.reason, sizeof(record->error.reason), "%s",
			 JsonScanReason(reader->scan.error));
	record->error.code = LOAD_ERROR_LINE;
	record->error.column = -1;
	record->error.position = (int)(reader->scan.stopped - buffer->next);
	for (;;)
	{
		/* a broken record's end is a guess: then brackets that belong to none are passed, too */
		end = FindBrokenEnd(buffer->next, buffer->end);
		rest = end == NULL ? NULL : FindStrayEnd(end, buffer->end);
		if (rest != NULL || (buffer->at_end && end == NULL))
			break;
		if (TooLarge(reader, ReadBufferLeft(buffer), failure))
			return READ_FAILED;
		if (!ReadBufferMore(buffer, failure))
		{
			if (Failed(failure))
				return READ_FAILED;

			/* the object's rest belongs to this record */
			if (end != NULL)
				rest = buffer->end;
			break;
		}
	}

	return RefuseRecord(reader, record, rest != NULL ? rest : buffer->end);
}

/* Takes text between root values: each stretch of it, up to a bracket or the end of the line. */
static ReadStatus
TakeStray(JsonReader *reader, Record *record, Failure *failure)
{
	ReadBuffer *buffer = &reader->buffer;
	const char *end;

	while ((end = FindStrayEnd(buffer->next, buffer->end)) == NULL)
	{
		if (TooLarge(reader, ReadBufferLeft(buffer), failure))
			return READ_FAILED;
		if (!ReadBufferMore(buffer, failure))
		{
			if (Failed(failure))
				return READ_FAILED;
			end = buffer->end;
			break;
		}
	}

	memset(record->fields, 0, (size_t)record->nfields * sizeof(Field));
	strcpy(record->error.reason, "Invalid JSON: an object or array is expected");
	record->error.code = LOAD_ERROR_LINE;
	record->error.column = -1;
	record->error.position = 0;

	return RefuseRecord(reader, record, end);
}

/* Hands out what is between the buffer's next and end, but for white space at its end, as bad. */
static ReadStatus
RefuseRecord(JsonReader *reader, Record *record, const char *end)
{
	const char *start = reader->buffer.next;
	uint64_t newlines = 0;

	while (end > start + 1 && strchr(" \t\r\n", end[-1]) != NULL && end[-1] != '\0')
		end--;
	for (const char *p = start; (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++)
		newlines++;
	reader->scan.newlines = newlines;
	SetRecord(reader, record, end);
	ReadBufferMove(&reader->buffer, end, newlines);

	return READ_BAD_RECORD;
}

/* Where a malformed value is taken to end; NULL when it doesn't before end. */
static const char *
FindBrokenEnd(const char *start, const char *end)
{
	const char *p = start;
	char before = '\0'; /* what stands before p, but for white space */
	int depth = 0;

	while (p < end)
	{
		switch (*p)
		{
			case '{':
			case '[':
				/*
				 * An object at the beginning of a line, where no member can stand: it is the next
				 * record.
				 */
				if (p > start && p[-1] == '\n' && before != ',' && before != ':' && before != '[')
					return p;
				depth++;
				break;
			case '}':
			case ']':
				/* below 0, too: what begins with no bracket ends at the first that closes */
				if (--depth <= 0)
					return p + 1;
				break;
			case '"':
				/* brackets in a string count for nothing, and so do line ends */
				p = SkipBrokenString(p, end);
				before = '"';
				continue;
			case ' ':
			case '\t':
			case '\r':
			case '\n':
				p++;
				continue;
			default:
				break;
		}

		before = *p++;
	}

	return NULL;
}

/* Skips a string that may lack its closing quote: then it ends with its line. */
static const char *
SkipBrokenString(const char *p, const char *end)
{
	for (p++; p < end && *p != '\n'; p++)
	{
		if (*p == '"')
			return p + 1;
		if (*p == '\\' && p + 1 < end && p[1] != '\n')
			p++;
	}

	return p;
}

/* Where text that belongs to no value ends: at a bracket or a line's end; NULL if not before end. */
static const char *
FindStrayEnd(const char *start, const char *end)
{
	const char *p = start;

	while (p < end && *p != '\n' && *p != '{' && *p != '[')
		p = *p == '"' ? SkipBrokenString(p, end) : p + 1;
	return p < end ? p : NULL;
}

/* Fills in where the record is: from the buffer's next to the end, with scan.newlines in it. */
static void
SetRecord(JsonReader *reader, Record *record, const char *end)
{
	record->raw = reader->buffer.next;
	record->raw_length = (size_t)(end - reader->buffer.next);
	record->offset = ReadBufferOffset(&reader->buffer, reader->buffer.next);
	record->line = reader->buffer.line + reader->scan.newlines;
}

/* Says whether a record of this length fails the COPY (AWS: copy-usage_notes-copy-from-json). */
static bool
TooLarge(JsonReader *reader, size_t length, Failure *failure)
{
	if (length <= RECORD_MAX_BYTES)
		return false;

	FailureSet(failure, FAILURE_DATA, "JSON record at line %llu is larger than 4 MB",
			   (unsigned long long)reader->buffer.line);
	FailureDetail(failure, "A root-level object or array has at most %d bytes, braces included.",
				  RECORD_MAX_BYTES);
	return true;
}
