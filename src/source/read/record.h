/*
 * record.h
 *		A record as a reader finds it in an object: one field for each column
 *		of the load, not converted yet.
 *
 * Fields point into the reader's buffers and live until its next record.
 */
#ifndef SPARKIFY_RECORD_H
#define SPARKIFY_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "source/base/byte_source.h"
#include "source/base/failure.h"

/* The largest record COPY takes, braces included (AWS: copy-usage_notes-copy-from-json). */
#define RECORD_MAX_BYTES (4 * 1024 * 1024)

typedef enum FieldKind
{
	FIELD_MISSING,	/* the record has no such field: NULL */
	FIELD_NULL,		/* JSON null, or the text format's NULL AS */
	FIELD_STRING,	/* data is the decoded text */
	FIELD_INTEGER,	/* a JSON number without fraction or exponent, as written */
	FIELD_FRACTION, /* any other JSON number, as written */
	FIELD_TRUE,
	FIELD_FALSE,
	FIELD_OBJECT, /* data is the JSON text, braces included */
	FIELD_ARRAY,  /* likewise, brackets included */
	FIELD_TEXT	  /* a field of a text format, decoded */
} FieldKind;

typedef struct Field
{
	const char *data; /* not terminated */
	uint32_t length;  /* bytes */
	uint8_t kind;	  /* FieldKind */
	bool ascii;		  /* known to be 7-bit ASCII without NUL: no need to check UTF-8 */
} Field;

/* Redshift's load error codes (AWS: r_Load_Error_Reference). */
typedef enum LoadErrorCode
{
	LOAD_ERROR_NONE = 0,
	LOAD_ERROR_PARSE = 1200,
	LOAD_ERROR_DELIMITER_NOT_FOUND = 1201,
	LOAD_ERROR_EXTRA_COLUMNS = 1202,
	LOAD_ERROR_FEWER_COLUMNS = 1203,
	LOAD_ERROR_RANGE = 1204,
	LOAD_ERROR_DATE = 1205,
	LOAD_ERROR_TIMESTAMP = 1206,
	LOAD_ERROR_DIGIT = 1207,
	LOAD_ERROR_FLOAT = 1208,
	LOAD_ERROR_DECIMAL = 1209,
	LOAD_ERROR_BOOLEAN = 1210,
	LOAD_ERROR_EMPTY_LINE = 1211,
	LOAD_ERROR_FILE_NOT_FOUND = 1212,
	LOAD_ERROR_NOT_NULL = 1213,
	LOAD_ERROR_NO_DELIMITER = 1214,
	LOAD_ERROR_CHAR = 1215,
	LOAD_ERROR_LINE = 1216,
	LOAD_ERROR_IDENTITY = 1217,
	LOAD_ERROR_NULL_AS = 1218,
	LOAD_ERROR_HEX = 1219,
	LOAD_ERROR_UTF8 = 1220,
	LOAD_ERROR_ENCODING = 1221,
	LOAD_ERROR_INTEGER_OVERFLOW = 1222,
	LOAD_ERROR_TYPE = 1223,
	LOAD_ERROR_SUPER = 1224
} LoadErrorCode;

#define LOAD_REASON_MAX 256

/* Why a record is not loaded.  Column -1: the record as a whole. */
typedef struct RecordError
{
	int code;	  /* LoadErrorCode */
	int column;	  /* index into the load's columns, or -1 */
	int position; /* byte within the value or the line, 0 when it has no meaning */
	char reason[LOAD_REASON_MAX];
} RecordError;

typedef struct Record
{
	Field *fields; /* one for each column, in the order of the column list */
	int nfields;
	const char *raw; /* the record's bytes as they stand in the object */
	size_t raw_length;
	uint64_t offset; /* of raw within the (uncompressed) object */
	uint64_t line; /* 1-based; the last line of the record (AWS: copy-usage_notes-copy-from-json) */
	RecordError error; /* filled in for READ_BAD_RECORD */
} Record;

typedef enum ReadStatus
{
	READ_RECORD,
	READ_BAD_RECORD, /* costs one row; reading goes on after it */
	READ_END,
	READ_FAILED /* the stream failed: nothing more can be had */
} ReadStatus;

/* A reader finds the records of one object after another; json_reader and text_reader make them. */
typedef struct RecordReader RecordReader;

struct RecordReader
{
	/* Starts on an object; the stream stays the caller's. */
	void (*start)(RecordReader *reader, ByteSource *source);
	ReadStatus (*next)(RecordReader *reader, Record *record, Failure *failure);
	void (*close)(RecordReader *reader);
};

static inline void
RecordReaderStart(RecordReader *reader, ByteSource *source)
{
	reader->start(reader, source);
}

static inline ReadStatus
RecordReaderNext(RecordReader *reader, Record *record, Failure *failure)
{
	return reader->next(reader, record, failure);
}

static inline void
RecordReaderClose(RecordReader *reader)
{
	if (reader != NULL)
		reader->close(reader);
}

#endif /* SPARKIFY_RECORD_H */
