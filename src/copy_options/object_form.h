/*
 * object_form.h
 *		The forms that COPY's and UNLOAD's objects may have.
 *
 * Plain C: source/ reads and writes them, and the options name them.
 */
#ifndef SPARKIFY_OBJECT_FORM_H
#define SPARKIFY_OBJECT_FORM_H

typedef enum ObjectFormat
{
	FORMAT_DELIMITED, /* Redshift's default: text with '|' */
	FORMAT_CSV,
	FORMAT_FIXEDWIDTH,
	FORMAT_JSON
} ObjectFormat;

typedef enum Compression
{
	COMPRESSION_NONE,
	COMPRESSION_GZIP,
	COMPRESSION_BZIP2,
	COMPRESSION_ZSTD
} Compression;

typedef enum Encoding
{
	ENCODING_UTF8,
	ENCODING_UTF16, /* a byte order mark is required */
	ENCODING_UTF16LE,
	ENCODING_UTF16BE,
	ENCODING_ISO88591
} Encoding;

#endif /* SPARKIFY_OBJECT_FORM_H */
