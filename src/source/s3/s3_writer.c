/*
 * s3_writer.c
 *		An object written to a bucket.
 *
 *	small	bytes in memory ............................ publish: PUT
 *	large	POST ?uploads -> PUT part, PUT part ...		 publish: POST ?uploadId
 *
 * A part goes out when it is full, and the one behind it is filled meanwhile.
 * Nothing of an object can be seen before its publication, which is one
 * request.  What of a large object is in the bucket until then is a multipart
 * upload, which would stay open if this process died: so the permit is asked
 * first.
 */
#include "source/s3/s3_writer.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "source/aws/http.h"
#include "source/s3/s3_change.h"
#include "source/s3/s3_upload.h"

/* Parts of an object on their way at once, besides the one being filled. */
#define PARTS_MAX 2

#define SMALLEST_BUFFER ((size_t)64 * 1024)

typedef struct S3Writer
{
	ObjectWriter base;
	S3WriteConfig *config;
	const WritePermit *permit;
	char *key;

	/* what is not on its way yet */
	char *buffer;
	size_t used;
	size_t room;
	size_t held; /* of the shared limit, once staged in memory */

	/* a large object */
	char *upload_id;
	bool begun;	   /* the request for an id went out: there may be an upload */
	S3Call *first; /* parts on their way, linked by later */
	S3Call *last;
	int nsending;
	char **etags; /* of the parts that have arrived */
	int nparts;
	int etags_room;
	int64_t total;
	bool published; /* or may be: the request went out */
} S3Writer;

/* Writers, for those who make their requests. */
typedef struct WriterBatch
{
	S3WriteConfig *config;
	S3Writer **writers;
	bool memory; /* ran out */
} WriterBatch;

static bool WriteBytes(ObjectWriter *base, const char *bytes, size_t length, Failure *failure);
static bool StageObject(ObjectWriter *base, Failure *failure);
static void CloseWriter(ObjectWriter *base);
static bool MakeRoom(S3Writer *writer, size_t bytes, Failure *failure);
static bool Hold(S3Writer *writer);
static bool BeginUpload(S3Writer *writer, Failure *failure);
static bool SendPart(S3Writer *writer, Failure *failure);
static bool TakeFirst(S3Writer *writer, Failure *failure);
static bool KeepEtag(S3Writer *writer, S3Call *call, Failure *failure);
static void Submit(S3Writer *writer, S3Call *call);
static void ReleaseParts(S3Writer *writer);
static S3Call *MakePublication(void *context, int index);
static void NotePublication(void *context, int index, S3Call *call);
static bool IsPublished(void *context, int index, S3Call *call);
static S3Call *MakeAbort(void *context, int index);
static void NoteAbort(void *context, int index, S3Call *call);
static S3Call *MakeRemoval(void *context, int index);
static void NoteRemoval(void *context, int index, S3Call *call);

/* Begins an object; nothing is sent yet. */
ObjectWriter *
S3WriterCreate(S3WriteConfig *config, const char *key, const WritePermit *permit, Failure *failure)
{
	S3Writer *writer = calloc(1, sizeof(*writer));

	if (writer == NULL || (writer->key = strdup(key)) == NULL)
	{
		(void)FailureNoMemory(failure);
		free(writer);
		return NULL;
	}

	writer->base = (ObjectWriter){
		.key = writer->key, .write = WriteBytes, .stage = StageObject, .close = CloseWriter};
	writer->config = config;
	writer->permit = permit;

	return &writer->base;
}

/* Fills parts and sends the full ones. */
static bool
WriteBytes(ObjectWriter *base, const char *bytes, size_t length, Failure *failure)
{
	S3Writer *writer = (S3Writer *)base;
	size_t part_size = writer->config->part_size;

	while (length > 0)
	{
		size_t now = part_size - writer->used < length ? part_size - writer->used : length;

		if (!MakeRoom(writer, now, failure))
			return false;
		memcpy(writer->buffer + writer->used, bytes, now);
		writer->used += now;
		bytes += now;
		length -= now;
		if (writer->used == part_size && !SendPart(writer, failure))
			return false;
	}

	return true;
}

/* Leaves a small object in memory if there is room for it; else waits for all parts. */
static bool
StageObject(ObjectWriter *base, Failure *failure)
{
	S3Writer *writer = (S3Writer *)base;

	/* held back, it costs one request at the end, and nothing to take back before */
	if (writer->upload_id == NULL && Hold(writer))
		return true;

	/* an upload has a part at least, be it empty */
	if ((writer->used > 0 || writer->upload_id == NULL) && !SendPart(writer, failure))
		return false;

	while (writer->first != NULL)
		if (!TakeFirst(writer, failure))
			return false;
	return true;
}

/* Releases the writer; the upload is not its business any more. */
static void
CloseWriter(ObjectWriter *base)
{
	S3Writer *writer = (S3Writer *)base;

	ReleaseParts(writer);
	for (int i = 0; i < writer->nparts; i++)
		free(writer->etags[i]);
	atomic_fetch_sub(&writer->config->held, writer->held);
	free(writer->etags);
	free(writer->upload_id);
	free(writer->buffer);
	free(writer->key);
	free(writer);
}

/* Makes room for bytes of the part under way. */
static bool
MakeRoom(S3Writer *writer, size_t bytes, Failure *failure)
{
	size_t room = writer->room > 0 ? writer->room : SMALLEST_BUFFER;
	char *larger;

	/* doubled, up to a part: small objects don't take a part's memory */
	while (room < writer->used + bytes)
		room *= 2;
	if (room > writer->config->part_size)
		room = writer->config->part_size;
	if (room == writer->room)
		return true;

	larger = realloc(writer->buffer, room);
	if (larger == NULL)
		return FailureNoMemoryFor(failure, "a part of s3://%s/%s", writer->config->bucket,
								  writer->key);

	writer->buffer = larger;
	writer->room = room;

	return true;
}

/* Takes the bytes of a small object to those that wait in memory; false where there is no room. */
static bool
Hold(S3Writer *writer)
{
	S3WriteConfig *config = writer->config;
	char *smaller;

	writer->held = writer->used;
	if (atomic_fetch_add(&config->held, writer->held) + writer->held > config->hold_limit)
	{
		atomic_fetch_sub(&config->held, writer->held);
		writer->held = 0;
		return false;
	}

	/* it may wait long: the room that it doesn't fill goes back */
	smaller = realloc(writer->buffer, writer->used + 1);
	if (smaller != NULL)
		writer->buffer = smaller;
	return true;
}

/* Gets an id for the parts. */
static bool
BeginUpload(S3Writer *writer, Failure *failure)
{
	S3Client *client = writer->config->client;
	S3Call *call;
	bool ok;

	/* from here on something is left behind if all goes wrong */
	if (!writer->permit->ask(writer->permit->context, failure))
		return false;

	call = S3ChangeMake("POST", writer->key, S3UploadBeginQuery(), calloc(1, 1), 0);

	/* the upload's beginning has an empty body, which must be there all the same */
	if (call == NULL || call->payload == NULL)
		return FailureNoMemory(failure);

	/* before the answer: an upload may have begun whose answer gets lost */
	writer->begun = true;
	Submit(writer, call);
	ok = S3ChangeAwait(client, call, failure);
	if (ok)
	{
		writer->upload_id = S3UploadReadId(call->body, call->filled);
		ok = writer->upload_id != NULL;
		if (!ok)
			FailureSet(failure, FAILURE_STORE, "the store began no upload of \"s3://%s/%s\"",
					   writer->config->bucket, writer->key);
	}

	S3ClientRelease(client, call);

	return ok;
}

/* Sends what is filled as the next part; waits when enough are on their way. */
static bool
SendPart(S3Writer *writer, Failure *failure)
{
	S3Call *call;
	int number;

	if (writer->upload_id == NULL && !BeginUpload(writer, failure))
		return false;

	while (writer->nsending >= PARTS_MAX)
		if (!TakeFirst(writer, failure))
			return false;
	number = writer->nparts + writer->nsending + 1;
	if (writer->buffer == NULL && !MakeRoom(writer, 1, failure))
		return false;

	call = S3ChangeMake("PUT", writer->key, S3UploadPartQuery(number, writer->upload_id),
						writer->buffer, writer->used);
	writer->total += (int64_t)writer->used;
	writer->buffer = NULL;
	writer->used = writer->room = 0;
	if (call == NULL)
		return FailureNoMemory(failure);
	if (writer->last != NULL)
		writer->last->later = call;
	else
		writer->first = call;
	writer->last = call;
	writer->nsending++;
	Submit(writer, call);

	return true;
}

/* Waits for the first part on its way. */
static bool
TakeFirst(S3Writer *writer, Failure *failure)
{
	S3Client *client = writer->config->client;
	S3Call *call = writer->first;
	bool ok;

	if (!S3ChangeAwait(client, call, failure))
		return false;

	ok = KeepEtag(writer, call, failure);
	writer->first = call->later;
	if (writer->first == NULL)
		writer->last = NULL;
	writer->nsending--;
	S3ClientRelease(client, call);

	return ok;
}

/* Keeps what the store calls a part that it has. */
static bool
KeepEtag(S3Writer *writer, S3Call *call, Failure *failure)
{
	if (writer->nparts == writer->etags_room)
	{
		int room = writer->etags_room > 0 ? 2 * writer->etags_room : 16;
		char **larger = realloc(writer->etags, (size_t)room * sizeof(char *));

		if (larger == NULL)
			return FailureNoMemory(failure);
		writer->etags = larger;
		writer->etags_room = room;
	}

	if (call->etag == NULL)
	{
		FailureSet(failure, FAILURE_STORE, "the store names no version of a part of \"s3://%s/%s\"",
				   writer->config->bucket, writer->key);
		return false;
	}

	writer->etags[writer->nparts++] = call->etag;
	call->etag = NULL;

	return true;
}

/* Puts a call of the writer's into the queue. */
static void
Submit(S3Writer *writer, S3Call *call)
{
	S3Client *client = writer->config->client;

	call->ticket = S3ClientTicket(client);
	S3ClientSubmit(client, call);
	S3ClientKick(client);
}

/* Forgets the parts on their way. */
static void
ReleaseParts(S3Writer *writer)
{
	S3Client *client = writer->config->client;

	while (writer->first != NULL)
	{
		S3Call *call = writer->first;

		writer->first = call->later;
		S3ClientRelease(client, call);
	}

	writer->last = NULL;
	writer->nsending = 0;
}

/* Makes all objects appear. */
bool
S3WritersPublish(S3WriteConfig *config, ObjectWriter *const *writers, int count, Failure *failure)
{
	WriterBatch batch = {.config = config, .writers = (S3Writer **)writers};
	S3Changes changes = {.count = count,
						 .make = MakePublication,
						 .done = NotePublication,
						 .forgive = IsPublished,
						 .context = &batch};

	if (!S3ChangesRun(config->client, &changes, failure))
		return false;
	if (batch.memory)
		(void)FailureNoMemory(failure);
	return !batch.memory;
}

/* The request that makes an object appear. */
static S3Call *
MakePublication(void *context, int index)
{
	WriterBatch *batch = context;
	S3Writer *writer = batch->writers[index];
	S3Call *call;
	char *payload;
	size_t length;

	/* parts that are there already, or all of it at once */
	if (writer->upload_id != NULL)
	{
		payload = S3UploadCompletion(writer->etags, writer->nparts, &length);
		call = payload != NULL ? S3ChangeMake("POST", writer->key, S3UploadQuery(writer->upload_id),
											  payload, length)
							   : NULL;
	}
	else
	{
		payload = writer->buffer != NULL ? writer->buffer : calloc(1, 1);
		call = payload != NULL ? S3ChangeMake("PUT", writer->key, strdup(""), payload, writer->used)
							   : NULL;

		/* the call owns it now */
		writer->buffer = NULL;
	}

	batch->memory = batch->memory || call == NULL;
	writer->published = call != NULL;

	return call;
}

/* An object has appeared: its upload is over, its bytes were the call's. */
static void
NotePublication(void *context, int index, S3Call *call)
{
	S3Writer *writer = ((WriterBatch *)context)->writers[index];

	free(writer->upload_id);
	writer->upload_id = NULL;
	writer->begun = false;
}

/*
 * Whether an upload is not there any more because it has been completed by an
 * attempt whose answer got lost: then the object is there, and as long as it
 * should be.
 */
static bool
IsPublished(void *context, int index, S3Call *call)
{
	WriterBatch *batch = context;
	S3Writer *writer = batch->writers[index];
	ObjectListing *listing;
	ObjectInfo object;
	Failure failure;
	bool found;

	/* gone only counts after a repeat: else it is somebody's deletion */
	if (!call->gone || !call->repeated || writer->upload_id == NULL)
		return false;

	FailureInit(&failure);
	listing = ObjectStoreList(batch->config->store, writer->key, &failure);
	found = listing != NULL && ObjectListingNext(listing, &object, &failure);
	ObjectListingEnd(listing);
	if (!found)
		return false;

	/* the same size, or it is another's object of this name */
	found = strcmp(object.key, writer->key) == 0 && object.size == writer->total;
	ObjectInfoClear(&object);

	return found;
}

/* The request that takes an upload back; NULL where there is none. */
static S3Call *
MakeAbort(void *context, int index)
{
	S3Writer *writer = ((WriterBatch *)context)->writers[index];

	return writer->upload_id != NULL
			   ? S3ChangeMake("DELETE", writer->key, S3UploadQuery(writer->upload_id), NULL, 0)
			   : NULL;
}

/* An upload is over. */
static void
NoteAbort(void *context, int index, S3Call *call)
{
	NotePublication(context, index, call);
}

/* The request that removes an object that may have appeared. */
static S3Call *
MakeRemoval(void *context, int index)
{
	S3Writer *writer = ((WriterBatch *)context)->writers[index];

	return writer->published ? S3ChangeMake("DELETE", writer->key, strdup(""), NULL, 0) : NULL;
}

/* It is gone. */
static void
NoteRemoval(void *context, int index, S3Call *call)
{
	((WriterBatch *)context)->writers[index]->published = false;
}

/* Takes everything back. */
bool
S3WritersDiscard(S3WriteConfig *config, ObjectWriter *const *writers, int count, int deadline_ms)
{
	WriterBatch batch = {.config = config, .writers = (S3Writer **)writers};
	S3Changes changes = {.count = count,
						 .make = MakeAbort,
						 .done = NoteAbort,
						 .context = &batch,
						 .deadline = HttpNow() + deadline_ms};
	Failure failure;
	bool clean;

	S3ClientResume(config->client);
	for (int i = 0; i < count; i++)
		ReleaseParts(batch.writers[i]);
	FailureInit(&failure);
	clean = S3ChangesRun(config->client, &changes, &failure);
	changes.make = MakeRemoval;
	changes.done = NoteRemoval;
	FailureInit(&failure);
	clean = S3ChangesRun(config->client, &changes, &failure) && clean;

	/* a request for an upload whose answer was not waited for */
	for (int i = 0; i < count && clean; i++)
		if (batch.writers[i]->begun && batch.writers[i]->upload_id == NULL)
			clean = S3UploadsSweep(config, batch.writers[i]->key, changes.deadline, &failure);
	return clean;
}
