/*
 * s3_sweep.c
 *		Objects and open uploads that are to go from a bucket.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "source/s3/s3_change.h"
#include "source/s3/s3_upload.h"
#include "source/s3/s3_writer.h"

/* Uploads a page, and pages: a run leaves far fewer. */
#define LIST_BYTES_MAX ((size_t)16 * 1024 * 1024)
#define PAGES_MAX 1000

/* A page of open uploads and which of them are to go. */
typedef struct Sweep
{
	const char *prefix;
	S3OpenUploads page;
} Sweep;

static S3Call *MakeRemoval(void *context, int index);
static void Removed(void *context, int index, S3Call *call);
static bool ReadPage(S3WriteConfig *config, const char *prefix, const S3OpenUploads *before,
					 S3OpenUploads *page, Failure *failure);
static S3Call *MakeAbort(void *context, int index);

/* Removes objects. */
bool
S3KeysRemove(S3WriteConfig *config, char *const *keys, int count, Failure *failure)
{
	S3Changes changes = {
		.count = count, .make = MakeRemoval, .done = Removed, .context = (void *)keys};

	return S3ChangesRun(config->client, &changes, failure);
}

/* Aborts open uploads, page by page. */
bool
S3UploadsSweep(S3WriteConfig *config, const char *prefix, int64_t deadline, Failure *failure)
{
	Sweep sweep = {.prefix = prefix};
	S3OpenUploads before = {0};
	bool ok = true;

	for (int i = 0; i < PAGES_MAX && ok; i++)
	{
		S3Changes changes = {
			.make = MakeAbort, .done = Removed, .context = &sweep, .deadline = deadline};

		ok = ReadPage(config, prefix, &before, &sweep.page, failure);
		changes.count = sweep.page.count;
		ok = ok && S3ChangesRun(config->client, &changes, failure);
		S3UploadClearList(&before);
		before = sweep.page;
		sweep.page = (S3OpenUploads){0};
		if (before.next_key == NULL)
			break;
	}

	S3UploadClearList(&before);

	return ok;
}

/* The request that removes an object. */
static S3Call *
MakeRemoval(void *context, int index)
{
	return S3ChangeMake("DELETE", ((char *const *)context)[index], strdup(""), NULL, 0);
}

/* Nothing to note. */
static void
Removed(void *context, int index, S3Call *call)
{
}

/* The request that aborts an upload, if it is an unload's to this prefix, or of just this key. */
static S3Call *
MakeAbort(void *context, int index)
{
	const Sweep *sweep = context;
	const S3OpenUpload *upload = &sweep->page.uploads[index];

	if (strcmp(upload->key, sweep->prefix) != 0 && !S3UploadIsOurs(upload->key, sweep->prefix))
		return NULL;

	return S3ChangeMake("DELETE", upload->key, S3UploadQuery(upload->id), NULL, 0);
}

/* Reads the page behind another. */
static bool
ReadPage(S3WriteConfig *config, const char *prefix, const S3OpenUploads *before,
		 S3OpenUploads *page, Failure *failure)
{
	char *query = S3UploadListQuery(prefix, before->next_key, before->next_id);
	S3Call *call = query != NULL ? S3CallMake(NULL, query, NULL) : NULL;
	bool ok;

	free(query);
	if (call == NULL)
		return FailureNoMemory(failure);

	call->limit = LIST_BYTES_MAX;
	S3ClientSubmit(config->client, call);
	ok = S3ChangeAwait(config->client, call, failure);
	if (ok && !S3UploadReadList(page, call->body, call->filled))
	{
		FailureSet(failure, FAILURE_STORE,
				   "the store's list of uploads of \"s3://%s/%s\" is no list", config->bucket,
				   prefix);
		ok = false;
	}

	S3ClientRelease(config->client, call);

	return ok;
}
