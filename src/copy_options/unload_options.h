/*
 * unload_options.h
 *		UNLOAD's options, in Redshift's spelling and in PostgreSQL's, from one
 *		table.
 *
 * The dialect reads Redshift's (FORMAT AS CSV HEADER MAXFILESIZE 100 MB), prints
 * either, and the hook reads PostgreSQL's: WITH (format 'csv', header on,
 * maxfilesize '100 MB').
 */
#ifndef SPARKIFY_UNLOAD_OPTIONS_H
#define SPARKIFY_UNLOAD_OPTIONS_H

#include "postgres.h"
#include "copy_options/copy_options.h"
#include "nodes/pg_list.h"

typedef enum UnloadManifest
{
	UNLOAD_MANIFEST_NONE,
	UNLOAD_MANIFEST_PLAIN,
	UNLOAD_MANIFEST_VERBOSE
} UnloadManifest;

/* Everything an UNLOAD says besides its query and its destination; texts are NULL when not given. */
typedef struct UnloadOptions
{
	/* data format */
	ObjectFormat format;
	char *delimiter; /* decoded */
	char *fixedwidth;
	char *null_as; /* decoded */
	bool add_quotes;
	bool escape;
	bool header;

	/* objects */
	Compression compression;
	char *extension;
	List *partition_by; /* char * */
	bool include;
	UnloadManifest manifest;
	bool allow_overwrite;
	bool clean_path;
	bool parallel;		 /* on unless said otherwise */
	int64 max_file_size; /* bytes */
	bool encrypted;		 /* accepted: S3 encrypts by itself */

	/* access, as COPY's */
	char *region;
	char *iam_role;
	char *access_key_id;
	char *secret_access_key;
	char *session_token;
} UnloadOptions;

/* What an option takes as its argument in Redshift's spelling. */
typedef enum UnloadArgument
{
	UNLOAD_ARGUMENT_NONE,
	UNLOAD_ARGUMENT_WORD, /* none: the keyword is the value of its name (GZIP: compression 'gzip') */
	UNLOAD_ARGUMENT_SWITCH, /* ON, OFF, TRUE, FALSE, or nothing for ON */
	UNLOAD_ARGUMENT_STRING, /* [AS] 'text' */
	UNLOAD_ARGUMENT_SIZE,	/* [AS] number [MB | GB] */
	UNLOAD_ARGUMENT_NAMES,	/* (column, ...) [INCLUDE] */
	UNLOAD_ARGUMENT_SUFFIX	/* nothing, or the word suffix behind it (MANIFEST VERBOSE) */
} UnloadArgument;

/* An option in both spellings. */
typedef struct UnloadOptionRule
{
	const char *keyword; /* Redshift's, lower case */
	const char *name;	 /* PostgreSQL's; NULL where the option is refused */
	UnloadArgument argument;
	size_t field;		  /* in UnloadOptions; CopyAccess where COPY reads it */
	unsigned not_formats; /* bits 1 << ObjectFormat that it doesn't go with */
	const char *suffix;
	const char *hint; /* refused options: what to do instead */
} UnloadOptionRule;

/* The rule of a keyword of Redshift's, in any case; NULL when there is none. */
extern const UnloadOptionRule *UnloadOptionByKeyword(const char *keyword);

/* The keyword that a word was probably meant to be, in capitals; NULL when none is near. */
extern const char *UnloadOptionNear(const char *word);

/* The first rule of a name of PostgreSQL's, and how many there are to look through. */
extern const UnloadOptionRule *UnloadOptionByName(const char *name);

/* Reads a decimal number of MB, or one with MB or GB behind it; false when a text is neither. */
extern bool UnloadSizeRead(const char *text, double *bytes);

/* Reads COPY ... TO ... WITH (...), checks each option and all together, and raises what is wrong. */
extern UnloadOptions *UnloadOptionsFromList(List *options);

#endif /* SPARKIFY_UNLOAD_OPTIONS_H */
