/*
 * inflate.h
 *		Streams that unpack another stream.
 *
 * Several members in a row are one stream; a member that is cut off is a
 * FAILURE_DATA.  The compression is what COPY says, never guessed from a name
 * (AWS: copy-parameters-file-compression).
 */
#ifndef SPARKIFY_INFLATE_H
#define SPARKIFY_INFLATE_H

#include "copy_options/object_form.h"
#include "source/base/byte_source.h"

/*
 * Wraps the inner stream and takes it over, also when it fails. COMPRESSION_NONE returns
 * inner itself.  window_limit is how many bytes a window may take (0: what the library
 * allows); data that needs a larger one is a FAILURE_MEMORY.
 */
extern ByteSource *InflateOpen(Compression compression, size_t window_limit, ByteSource *inner,
							   Failure *failure);

#endif /* SPARKIFY_INFLATE_H */
