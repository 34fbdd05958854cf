/*
 * mirror_object.c
 *		What reading and writing a mirror have in common: the path of a key, and
 *		what is said when something is wrong with an object.
 */
#include "source/store/mirror_internal.h"

#include <errno.h>
#include <string.h>

static bool IsPlainPath(const char *path);

/*
 * The path below the directory; NULL for a key that lies elsewhere in the
 * bucket, or is no plain path ("a//b", "./a", "../a").
 */
const char *
MirrorPathOfKey(const MirrorStore *mirror, const char *key)
{
	size_t length = strlen(mirror->key_prefix);

	if (strncmp(key, mirror->key_prefix, length) != 0 || !IsPlainPath(key + length))
		return NULL;
	return key + length;
}

/* Whether a path is made of names only: no "", no "." and no "..". */
static bool
IsPlainPath(const char *path)
{
	for (;;)
	{
		size_t length = strcspn(path, "/");

		/* the kernel would follow ".." out of the mirror; keys on S3 may hold it, files can't */
		if (length == 0 || length > NAME_MAX || (length == 1 && path[0] == '.') ||
			(length == 2 && path[0] == '.' && path[1] == '.'))
			return false;
		if (path[length] == '\0')
			return true;
		path += length + 1;
	}
}

/* Fails what is about to wait, once the store is interrupted. */
bool
MirrorInterrupted(MirrorStore *mirror, Failure *failure)
{
	if (!atomic_load_explicit(&mirror->interrupted, memory_order_relaxed))
		return false;
	FailureSet(failure, FAILURE_CANCELLED, "reading from s3://%s was interrupted", mirror->bucket);
	return true;
}

/* Says which object could not be read, and why, from errno. */
void
MirrorFailure(const MirrorStore *mirror, const char *key, int error, Failure *failure)
{
	FailureCode code = FAILURE_IO;

	/* O_NOFOLLOW makes ELOOP of any link */
	if (error == ELOOP)
	{
		FailureSet(failure, FAILURE_DENIED, "could not read s3://%s/%s: it is a symbolic link",
				   mirror->bucket, key);
		FailureHint(failure, "A mirror directory holds files and directories, and no links.");
		return;
	}

	/* for a reader of keys these are all the same: no such object */
	if (error == ENOENT || error == ENOTDIR || error == EISDIR || error == ENAMETOOLONG)
	{
		FailureSet(failure, FAILURE_NOT_FOUND, "object s3://%s/%s does not exist", mirror->bucket,
				   key);
		FailureDetail(failure, "The bucket is mirrored by the directory \"%s\".",
					  mirror->directory);
		return;
	}

	if (error == EACCES || error == EPERM)
		code = FAILURE_DENIED;
	else if (error == ENOMEM)
		code = FAILURE_MEMORY;
	FailureSet(failure, code, "could not read s3://%s/%s: %s", mirror->bucket, key,
			   strerror(error));
	FailureDetail(failure, "The bucket is mirrored by the directory \"%s\".", mirror->directory);
	if (code == FAILURE_DENIED)
		FailureHint(failure, "The server's own account must be able to read the mirror.");
}
