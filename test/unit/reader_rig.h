/*
 * reader_rig.h
 *		Runs a RecordReader over a text, in pieces of any size, and writes down
 *		what it finds, one line a record:
 *
 *	3@17: s'x' i12 - null		record whose last line is 3 and which begins at byte 17
 *	4@30 bad 1216/-1: reason	bad record, with code and column
 *	end 5@44					lines and bytes of the object
 *	failed: message
 */
#ifndef SPARKIFY_READER_RIG_H
#define SPARKIFY_READER_RIG_H

#include "source/base/byte_source.h"
#include "source/read/record.h"
#include "unit.h"

typedef struct RigSource
{
	ByteSource source;
	const char *text;
	size_t left;
	size_t piece;
	bool fail; /* at the end */
} RigSource;

typedef struct RigText
{
	char *data;
	size_t length;
	size_t size;
} RigText;

static inline ssize_t
RigRead(ByteSource *source, char *buffer, size_t size, Failure *failure)
{
	RigSource *rig = (RigSource *)source;
	size_t got = rig->left < rig->piece ? rig->left : rig->piece;

	if (got > size)
		got = size;
	if (got == 0 && rig->fail)
	{
		FailureSet(failure, FAILURE_IO, "the rig's failure");
		return -1;
	}
	memcpy(buffer, rig->text, got);
	rig->text += got;
	rig->left -= got;
	return (ssize_t)got;
}

static inline void
RigClose(ByteSource *source)
{
}

static inline RigSource
RigSourceOf(const char *text, size_t length, size_t piece)
{
	return (RigSource){{RigRead, RigClose}, text, length, piece, false};
}

static inline void
RigAppend(RigText *out, const char *data, size_t length)
{
	if (out->length + length + 1 > out->size)
	{
		out->size = 2 * (out->length + length) + 256;
		out->data = realloc(out->data, out->size);
	}
	memcpy(out->data + out->length, data, length);
	out->length += length;
	out->data[out->length] = '\0';
}

static inline void
RigAppendField(RigText *out, const Field *field)
{
	static const char marks[] = {
		[FIELD_STRING] = 's', [FIELD_INTEGER] = 'i', [FIELD_FRACTION] = 'f',
		[FIELD_OBJECT] = 'o', [FIELD_ARRAY] = 'a',	 [FIELD_TEXT] = 't'};
	static const char *const words[] = {[FIELD_MISSING] = "-",
										[FIELD_NULL] = "null",
										[FIELD_TRUE] = "true",
										[FIELD_FALSE] = "false"};
	bool ascii = true;

	RigAppend(out, " ", 1);
	if (field->kind == FIELD_MISSING || field->kind == FIELD_NULL || field->kind == FIELD_TRUE ||
		field->kind == FIELD_FALSE)
	{
		RigAppend(out, words[field->kind], strlen(words[field->kind]));
		return;
	}
	RigAppend(out, &marks[field->kind], 1);
	if (field->kind == FIELD_STRING || field->kind == FIELD_TEXT)
		RigAppend(out, "'", 1);
	for (size_t i = 0; i < field->length; i++)
	{
		char hex[8];

		ascii = ascii && (unsigned char)field->data[i] < 0x80 && field->data[i] != '\0';
		if ((unsigned char)field->data[i] >= ' ')
		{
			RigAppend(out, &field->data[i], 1);
			continue;
		}
		snprintf(hex, sizeof(hex), "<%02x>", field->data[i]);
		RigAppend(out, hex, 4);
	}
	if (field->kind == FIELD_STRING || field->kind == FIELD_TEXT)
		RigAppend(out, "'", 1);
	/* the flag may be missing from ASCII text, never the other way round */
	if (field->ascii && !ascii)
		RigAppend(out, "!", 1);
}

/* Runs the reader over the text; the result is the caller's to free. */
static inline char *
RigRun(RecordReader *reader, const char *text, size_t length, size_t piece, bool raw)
{
	RigSource source = RigSourceOf(text, length, piece);
	RigText out = {0};
	Failure failure;
	Record record = {0};
	char line[FAILURE_MESSAGE_MAX + 100];

	FailureInit(&failure);
	RecordReaderStart(reader, &source.source);
	for (;;)
	{
		ReadStatus status = RecordReaderNext(reader, &record, &failure);

		if (status == READ_FAILED)
		{
			snprintf(line, sizeof(line), "failed: %s", failure.message);
			RigAppend(&out, line, strlen(line));
			return out.data;
		}
		snprintf(line, sizeof(line), status == READ_END ? "end %llu@%llu" : "%llu@%llu",
				 (unsigned long long)record.line, (unsigned long long)record.offset);
		RigAppend(&out, line, strlen(line));
		if (status == READ_END)
			return out.data;
		if (record.offset + record.raw_length > length ||
			memcmp(record.raw, text + record.offset, record.raw_length) != 0)
			RigAppend(&out, " RAW IS NOT AT THE OFFSET", 25);
		if (status == READ_BAD_RECORD)
		{
			snprintf(line, sizeof(line), " bad %d/%d: %s", record.error.code, record.error.column,
					 record.error.reason);
			RigAppend(&out, line, strlen(line));
		}
		else
		{
			RigAppend(&out, ":", 1);
			for (int i = 0; i < record.nfields; i++)
				RigAppendField(&out, &record.fields[i]);
		}
		if (raw)
		{
			RigAppend(&out, " <", 2);
			RigAppend(&out, record.raw, record.raw_length);
			RigAppend(&out, ">", 1);
		}
		RigAppend(&out, "\n", 1);
	}
}

/* Runs it with several sizes of piece; the results have to be the same. */
static inline char *
RigRunAll(RecordReader *reader, const char *text, size_t length, bool raw)
{
	static const size_t pieces[] = {1, 7, 4096};
	char *whole = RigRun(reader, text, length, length + 1, raw);

	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++)
	{
		char *again = RigRun(reader, text, length, pieces[i], raw);

		CHECK_STR(again, whole);
		free(again);
	}
	return whole;
}

#endif /* SPARKIFY_READER_RIG_H */
