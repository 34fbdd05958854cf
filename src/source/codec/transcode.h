/*
 * transcode.h
 *		Streams that turn another stream's text into UTF-8 (COPY's ENCODING).
 *
 * An object that shows at once that it is not of that encoding is a
 * FAILURE_ENCODING at the first read.  A code unit that is no character comes
 * out as bytes that are not UTF-8, for the converters to find.
 */
#ifndef SPARKIFY_TRANSCODE_H
#define SPARKIFY_TRANSCODE_H

#include "copy_options/object_form.h"
#include "source/base/byte_source.h"

/* Wraps the inner stream and takes it over, also when it fails. ENCODING_UTF8 returns inner itself. */
extern ByteSource *TranscodeOpen(Encoding encoding, ByteSource *inner, Failure *failure);

#endif /* SPARKIFY_TRANSCODE_H */
