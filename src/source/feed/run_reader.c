/*
 * run_reader.c
 *		The objects of a run, one after another, record by record.
 *
 * The reader is a small state machine, because a batch may be full at any
 * point: after a record was found, after it was rejected, when an object is
 * to be named or has ended.
 */
#include "source/feed/run_reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "source/base/utf8.h"
#include "source/convert/convert.h"

/*
 * Passes bytes through and counts them.  Asks before each read whether somebody wants the
 * work to end: a record may be long in coming, and a small object unpack to 100 GB of blanks.
 */
typedef struct CountingSource
{
	ByteSource base;
	ByteSource *inner;
	uint64_t count;
	const struct RunReader *reader;
} CountingSource;

typedef enum Step
{
	STEP_OPEN,	  /* the next object, or the end of the run */
	STEP_NAME,	  /* put its URL into the batch */
	STEP_READ,	  /* the next record */
	STEP_CONVERT, /* a record waits for a batch */
	STEP_REJECT,  /* a bad one waits for a batch */
	STEP_FINISH	  /* the object's counts wait for a batch */
} Step;

typedef enum StepResult
{
	GO_ON,
	FULL,
	END,
	FAILED
} StepResult;

struct RunReader
{
	/* parameters */
	const FeedConfig *config;
	ObjectWindow *window;
	const atomic_bool *stop;
	RecordReader *records;
	RowConverter *converter;

	/* the run */
	ObjectRun *run;
	int index;
	int detailed; /* rejected records that were given their fields */
	Step step;

	/* the object */
	CountingSource stored;
	CountingSource plain;
	ByteSource *source; /* what the records are read from; NULL: none open */
	uint64_t reported;	/* stored bytes that were told to a batch */
	FinishedObject finished;
	char *url;

	/* the record */
	Record record;
	bool converted; /* it was the converter that rejected it */
	bool refused;	/* the object's encoding was wrong: the rest is skipped */
};

static StepResult OpenObject(RunReader *reader, Failure *failure);
static bool NameObject(RunReader *reader, Failure *failure);
static StepResult ReadRecords(RunReader *reader, RowBatch *batch, Failure *failure);
static StepResult ObjectFailed(RunReader *reader, Failure *failure);
static void RefuseObject(RunReader *reader, const Failure *cause);
static StepResult ConvertRecord(RunReader *reader, RowBatch *batch);
static bool RejectRecord(RunReader *reader, RowBatch *batch);
static bool CopyFields(RunReader *reader, RowBatch *batch, RejectedRecord *rejected);
static bool FinishObject(RunReader *reader, RowBatch *batch);
static void CloseObject(RunReader *reader);
static bool Stopped(const RunReader *reader, Failure *failure);
static ssize_t CountingRead(ByteSource *source, char *buffer, size_t size, Failure *failure);
static void CountingClose(ByteSource *source);

/* Makes a reader with its own record reader and converter. */
RunReader *
RunReaderBegin(const FeedConfig *config, ObjectWindow *window, const atomic_bool *stop,
			   Failure *failure)
{
	RunReader *reader = calloc(1, sizeof(RunReader));

	if (reader == NULL)
	{
		(void)FailureNoMemory(failure);
		return NULL;
	}

	reader->config = config;
	reader->window = window;
	reader->stop = stop;
	reader->records = config->json != NULL ? JsonReaderOpen(config->json, failure)
										   : TextReaderOpen(config->text, failure);
	if (reader->records != NULL)
		reader->converter = RowConverterBegin(config->plan, failure);
	if (reader->converter == NULL)
	{
		RunReaderEnd(reader);
		return NULL;
	}

	return reader;
}

/* Begins with the first object of a run. */
void
RunReaderStart(RunReader *reader, ObjectRun *run)
{
	reader->run = run;
	reader->index = 0;
	reader->detailed = 0;
	reader->step = STEP_OPEN;
}

/* Reads until the batch is full or the run has ended. */
RunStatus
RunReaderFill(RunReader *reader, RowBatch *batch, Failure *failure)
{
	StepResult result = GO_ON;

	/*
	 * A batch names each object that it has rows of, so the one being read is named again in a
	 * new batch.
	 */
	if (reader->step > STEP_NAME && !RowBatchAddUrl(batch, reader->finished.object, reader->url))
		result = FULL;
	while (result == GO_ON)
	{
		switch (reader->step)
		{
			case STEP_OPEN:
				result = OpenObject(reader, failure);
				break;
			case STEP_NAME:
				/* where the name has no place, the batch goes out and the step is taken again */
				result = FULL;
				if (RowBatchAddUrl(batch, reader->finished.object, reader->url))
				{
					reader->step = reader->finished.missing ? STEP_FINISH : STEP_READ;
					result = GO_ON;
				}

				break;
			case STEP_READ:
				result = ReadRecords(reader, batch, failure);
				break;
			case STEP_CONVERT:
				result = ConvertRecord(reader, batch);
				break;
			case STEP_REJECT:
				result = RejectRecord(reader, batch) ? GO_ON : FULL;
				break;
			case STEP_FINISH:
				result = FinishObject(reader, batch) ? GO_ON : FULL;
				break;
		}
	}

	/* counted by bytes as they are stored, for progress and the log */
	batch->bytes += reader->stored.count - reader->reported;
	reader->reported = reader->stored.count;
	if (result == FULL && batch->nrows == 0 && batch->nrejected == 0 && batch->nfinished == 0)
	{
		/* A batch takes one entry however large, so there was no memory for it. */
		(void)FailureNoMemoryFor(failure, "a record of %s", reader->url);
		result = FAILED;
	}

	/* no more is asked of the object: its connection is free for another */
	if (result == FAILED)
		CloseObject(reader);
	return result == FULL ? RUN_BATCH_FULL : result == END ? RUN_END : RUN_FAILED;
}

/* Leaves the run wherever it stands. */
void
RunReaderStop(RunReader *reader)
{
	CloseObject(reader);
	reader->run = NULL;
}

/* Releases the reader and the object it stands in. */
void
RunReaderEnd(RunReader *reader)
{
	if (reader == NULL)
		return;

	CloseObject(reader);
	RowConverterEnd(reader->converter);
	RecordReaderClose(reader->records);
	free(reader->url);
	free(reader);
}

/* Opens the next object of the run and starts reading it. */
static StepResult
OpenObject(RunReader *reader, Failure *failure)
{
	const ObjectInfo *info;
	ByteSource *source;

	if (reader->index == reader->run->count)
		return END;

	/* an interrupt is looked for once an object, at least */
	if (Stopped(reader, failure) || !NameObject(reader, failure))
		return FAILED;

	info = ObjectRunInfo(reader->run, reader->index);
	reader->step = STEP_NAME;
	reader->finished = (FinishedObject){.object = reader->run->first + (uint32_t)reader->index,
										.url = reader->url,
										.etag = info->etag,
										.modified = info->modified};

	/* counted below the codec: bytes as they are stored */
	reader->stored = (CountingSource){.base = {CountingRead, CountingClose}, .reader = reader};
	reader->plain = reader->stored;
	reader->reported = 0;
	reader->refused = false;
	reader->stored.inner = ObjectWindowOpen(reader->window, reader->run, reader->index, failure);
	if (reader->stored.inner == NULL)
		return ObjectFailed(reader, failure);

	/* each takes over the one below it, and closes it with itself, also when it fails */
	source = InflateOpen(reader->config->compression, reader->config->window_limit,
						 &reader->stored.base, failure);
	source = TranscodeOpen(reader->config->encoding, source, failure);
	if (source == NULL)
		return FAILED;

	reader->plain.inner = source;
	reader->source = &reader->plain.base;
	RecordReaderStart(reader->records, reader->source);

	return GO_ON;
}

/* Makes the URL of the object at hand. */
static bool
NameObject(RunReader *reader, Failure *failure)
{
	const ObjectInfo *info = ObjectRunInfo(reader->run, reader->index);
	size_t size = strlen("s3://") + strlen(info->store->bucket) + 1 + strlen(info->key) + 1;

	free(reader->url);
	reader->url = malloc(size);
	if (reader->url == NULL)
		return FailureNoMemory(failure);

	strcpy(reader->url, "s3://");
	strcat(reader->url, info->store->bucket);
	strcat(reader->url, "/");
	strcat(reader->url, info->key);

	return true;
}

/* Reads and converts records until something else has to be done. */
static StepResult
ReadRecords(RunReader *reader, RowBatch *batch, Failure *failure)
{
	Record *record = &reader->record;

	for (;;)
	{
		if (Stopped(reader, failure))
			return FAILED;
		switch (RecordReaderNext(reader->records, record, failure))
		{
			case READ_RECORD:
			{
				StepResult result = ConvertRecord(reader, batch);

				if (result != GO_ON || reader->step != STEP_READ)
					return result;
				break;
			}
			case READ_BAD_RECORD:
				reader->converted = false;
				reader->step = STEP_REJECT;
				return GO_ON;
			case READ_END:
				reader->finished.lines = record->line;
				reader->step = STEP_FINISH;
				return GO_ON;
			case READ_FAILED:
				return ObjectFailed(reader, failure);
		}
	}
}

/*
 * Decides on an object that could not be read: one that need not be there is
 * reported as missing, anything else fails with the object's name.
 */
static StepResult
ObjectFailed(RunReader *reader, Failure *failure)
{
	Failure cause = *failure;

	/* a file of another encoding is refused like a record, and the load goes on */
	if (failure->code == FAILURE_ENCODING)
	{
		FailureInit(failure);
		RefuseObject(reader, &cause);
		return GO_ON;
	}

	/* only before its first byte: what breaks off later was there */
	if (failure->code == FAILURE_NOT_FOUND && reader->plain.count == 0 &&
		!ObjectRunInfo(reader->run, reader->index)->mandatory)
	{
		FailureInit(failure);
		reader->finished.missing = true;
		if (reader->step != STEP_NAME)
			reader->step = STEP_FINISH;
		return GO_ON;
	}

	/* the name of the object helps, unless it stands in the message already */
	if (cause.code != FAILURE_CANCELLED && strstr(cause.message, reader->url) == NULL)
	{
		FailureInit(failure);
		FailureSet(failure, cause.code, "could not read %s: %s", reader->url, cause.message);
		FailureDetail(failure, "%s", cause.detail);
		FailureHint(failure, "%s", cause.hint);
	}

	return FAILED;
}

/*
 * Makes the object itself the rejected record: wrong encoding costs the file, and one error (AWS:
 * copy-parameters-data-conversion, ENCODING).
 */
static void
RefuseObject(RunReader *reader, const Failure *cause)
{
	reader->record.raw = "";
	reader->record.raw_length = 0;
	reader->record.offset = 0;
	reader->record.line = 0;
	reader->record.error = (RecordError){.code = LOAD_ERROR_ENCODING, .column = -1};
	snprintf(reader->record.error.reason, LOAD_REASON_MAX, "%.*s", LOAD_REASON_MAX - 1,
			 cause->message);
	reader->converted = false;
	reader->refused = true;
	reader->step = STEP_REJECT;
}

/* Converts the record at hand into a row of the batch. */
static StepResult
ConvertRecord(RunReader *reader, RowBatch *batch)
{
	reader->step = STEP_CONVERT;
	switch (RowConverterConvert(reader->converter, &reader->record, reader->finished.object, batch))
	{
		case CONVERT_ROW:
			reader->step = STEP_READ;
			break;
		case CONVERT_REJECTED:
			reader->converted = true;
			reader->step = STEP_REJECT;
			break;
		case CONVERT_BATCH_FULL:
			return FULL;
	}

	return GO_ON;
}

/* Puts the rejected record at hand into the batch, with what the error views show of it. */
static bool
RejectRecord(RunReader *reader, RowBatch *batch)
{
	const Record *record = &reader->record;
	RejectedRecord rejected = {.error = record->error,
							   .object = reader->finished.object,
							   .line = record->line,
							   .offset = record->offset,
							   .before_row = (uint32_t)batch->nrows};

	/* cut at a character: the log's columns are text */
	rejected.raw_length = (uint32_t)Utf8Clip(record->raw, record->raw_length, LOAD_RAW_MAX);
	rejected.raw = RowBatchCopy(batch, record->raw, rejected.raw_length);
	if (rejected.raw == NULL)
		return false;

	/* the fields are known only once the record was taken apart */
	if (reader->converted && rejected.error.column >= 0 && !CopyFields(reader, batch, &rejected))
		return false;
	if (!RowBatchAddRejected(batch, &rejected))
		return false;

	reader->detailed++;
	reader->finished.rejected++;

	/* an object refused as a whole has no further records */
	reader->step = reader->refused ? STEP_FINISH : STEP_READ;

	return true;
}

/* Copies the failing value, and for the first rejected records the fields up to it. */
static bool
CopyFields(RunReader *reader, RowBatch *batch, RejectedRecord *rejected)
{
	const Field *fields = reader->record.fields;
	int failing = rejected->error.column;
	RejectedField *copies = NULL;

	if (fields[failing].kind > FIELD_NULL)
	{
		rejected->value_length =
			(uint32_t)Utf8Clip(fields[failing].data, fields[failing].length, LOAD_RAW_MAX);
		rejected->value = RowBatchCopy(batch, fields[failing].data, rejected->value_length);
		if (rejected->value == NULL)
			return false;
	}

	/* the first ones get all their fields; a load of rejects must not fill the memory */
	if (reader->detailed >= REJECTED_WITH_FIELDS)
		return true;

	copies = (RejectedField *)RowBatchReserve(batch, (size_t)(failing + 1) * sizeof(RejectedField));
	if (copies == NULL)
		return false;

	/* the fields up to the failing one, for those behind it were never converted */
	for (int i = 0; i <= failing; i++)
	{
		copies[i] = (RejectedField){.data = NULL};
		if (fields[i].kind <= FIELD_NULL)
			continue;
		copies[i].length = (uint32_t)Utf8Clip(fields[i].data, fields[i].length, LOAD_RAW_MAX);
		copies[i].data = RowBatchCopy(batch, fields[i].data, copies[i].length);
		if (copies[i].data == NULL)
			return false;
	}

	rejected->fields = copies;
	rejected->nfields = failing + 1;

	return true;
}

/* Reports the object as read to its end, and closes it. */
static bool
FinishObject(RunReader *reader, RowBatch *batch)
{
	reader->finished.bytes = reader->plain.count;
	reader->finished.stored_bytes = reader->stored.count;
	if (!RowBatchAddFinished(batch, &reader->finished))
		return false;

	batch->bytes += reader->stored.count - reader->reported;
	reader->reported = reader->stored.count;
	CloseObject(reader);
	reader->index++;
	reader->step = STEP_OPEN;

	return true;
}

/* Closes the object's stream, if it is open. */
static void
CloseObject(RunReader *reader)
{
	ByteSourceClose(reader->source);
	reader->source = NULL;
}

/* Whether somebody wants the work to end; then the failure says so. */
static bool
Stopped(const RunReader *reader, Failure *failure)
{
	if (!atomic_load_explicit(reader->stop, memory_order_relaxed) &&
		(reader->config->workers > 0 || reader->config->interrupted == NULL ||
		 !reader->config->interrupted()))
		return false;

	FailureSet(failure, FAILURE_CANCELLED, "the load was cancelled");
	return true;
}

/* Reads from the inner stream. */
static ssize_t
CountingRead(ByteSource *source, char *buffer, size_t size, Failure *failure)
{
	CountingSource *counting = (CountingSource *)source;
	ssize_t got;

	if (Stopped(counting->reader, failure))
		return -1;

	got = ByteSourceRead(counting->inner, buffer, size, failure);
	if (got > 0)
		counting->count += (uint64_t)got;
	return got;
}

/* Closes the inner stream; the counter is part of the reader. */
static void
CountingClose(ByteSource *source)
{
	CountingSource *counting = (CountingSource *)source;

	ByteSourceClose(counting->inner);
	counting->inner = NULL;
}
