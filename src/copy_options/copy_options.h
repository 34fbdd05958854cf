/*
 * copy_options.h
 *		COPY's options, in Redshift's spelling and in PostgreSQL's, from one
 *		table.
 *
 * The dialect reads Redshift's spelling (FORMAT AS JSON 'auto' MAXERROR 10),
 * prints either, and the COPY hook reads PostgreSQL's: WITH (FORMAT 'json',
 * jsonpaths 'auto', maxerror 10).
 */
#ifndef SPARKIFY_COPY_OPTIONS_H
#define SPARKIFY_COPY_OPTIONS_H

#include "postgres.h"
#include "nodes/pg_list.h"

typedef enum CopyFormat
{
	COPY_FORMAT_DELIMITED, /* Redshift's default: text with '|' */
	COPY_FORMAT_CSV,
	COPY_FORMAT_FIXEDWIDTH,
	COPY_FORMAT_JSON
} CopyFormat;

typedef enum CopyCompression
{
	COPY_COMPRESSION_NONE,
	COPY_COMPRESSION_GZIP,
	COPY_COMPRESSION_BZIP2,
	COPY_COMPRESSION_ZSTD
} CopyCompression;

typedef enum CopyEncoding
{
	COPY_ENCODING_UTF8,
	COPY_ENCODING_UTF16,
	COPY_ENCODING_UTF16LE,
	COPY_ENCODING_UTF16BE,
	COPY_ENCODING_ISO88591
} CopyEncoding;

/* Everything a COPY says besides its table, columns and source.  Texts are palloc'd; NULL is "not given". */
typedef struct CopyOptions
{
	/* data format */
	CopyFormat format;
	char *jsonpaths; /* 'auto', 'auto ignorecase', 'noshred' or a URL */
	char *delimiter; /* decoded: "\t", octal */
	char *quote;
	char *null_as; /* decoded */
	int null_as_length;
	char *fixedwidth; /* 'label:width,...' */
	bool escape;
	bool remove_quotes;
	bool fill_record;
	bool ignore_blank_lines;
	int64 ignore_header;
	char *encoding; /* as written, or NULL */
	CopyEncoding object_encoding;

	/* source */
	CopyCompression compression;
	bool manifest;
	char *region;

	/* authorization: at most one of the forms */
	char *iam_role; /* "default", an ARN or a chain of ARNs */
	char *access_key_id;
	char *secret_access_key;
	char *session_token;

	/* conversion */
	bool truncate_columns;
	bool trim_blanks;
	bool blanks_as_null;
	bool empty_as_null;
	bool accept_any_date;
	bool round_decimals;
	char *accept_inv_chars; /* NULL: not accepted; else the replacement, "?" by default */
	char *date_format;
	char *time_format;
	bool explicit_ids;

	/* the load as a whole */
	int max_error; /* as given; 0 and 1 both mean the first error fails */
	bool ignore_all_errors;
	bool noload;
	int stat_update;  /* -1: not given, 0: off, 1: on */
	bool comp_update; /* accepted, no effect here */
	int64 comp_rows;  /* likewise */
} CopyOptions;

/* What an option takes as its argument. */
typedef enum CopyArgument
{
	COPY_ARGUMENT_NONE,			   /* a keyword alone; a boolean in PostgreSQL's spelling */
	COPY_ARGUMENT_SWITCH,		   /* ON, OFF, TRUE, FALSE, or nothing for ON */
	COPY_ARGUMENT_STRING,		   /* [AS] 'text' */
	COPY_ARGUMENT_OPTIONAL_STRING, /* [AS] ['text'] */
	COPY_ARGUMENT_NUMBER,		   /* [AS] n */
	COPY_ARGUMENT_WORD /* implied: the keyword itself is the value (GZIP: compression 'gzip') */
} CopyArgument;

/* An option in both spellings.  Several keywords may share a name (GZIP and ZSTD: compression). */
typedef struct CopyOptionRule
{
	const char *keyword; /* Redshift's, lower case */
	const char *name;	 /* PostgreSQL's; NULL where the option is refused */
	CopyArgument argument;
	const char *word;	  /* COPY_ARGUMENT_WORD: the value it implies */
	int64 minimum;		  /* COPY_ARGUMENT_NUMBER */
	int64 maximum;		  /* likewise */
	unsigned not_formats; /* bits 1 << CopyFormat it doesn't go with */
	const char *hint;	  /* refused options: what to do instead */
} CopyOptionRule;

extern const CopyOptionRule copy_option_rules[];
extern const int copy_option_rules_count;

/* The rule of a Redshift keyword, in any case; NULL when there is none. */
extern const CopyOptionRule *CopyOptionByKeyword(const char *keyword);

/* The first rule with a PostgreSQL name; NULL when there is none. */
extern const CopyOptionRule *CopyOptionByName(const char *name);

/* Whether a word is a value of a switch: ON, OFF, TRUE, FALSE, PRESET, in any case. */
extern bool CopySwitchIs(const char *word);

/* Raises the error that refuses an option Redshift knows and this extension doesn't. */
extern _Noreturn void CopyOptionRefuse(const CopyOptionRule *rule);

/* The scheme of a source that Redshift has and this extension has not; NULL for any other text. */
extern const char *CopySourceRefused(const char *source);

/* What to do instead of naming such a source. */
#define COPY_SOURCE_HINT "Put the data into S3, or into a mirror directory."

/*
 * Reads the DefElem list of COPY ... WITH (...), checks every value and every
 * combination, and raises an error as Redshift would for what is wrong, with
 * the location of the option.  What Redshift knows and this extension doesn't
 * (Parquet, ENCRYPTED ...) is refused by name with a hint.
 */
extern CopyOptions *CopyOptionsFromList(List *options);

/* Whether the list has an option that PostgreSQL's own COPY does not know, or FORMAT json. */
extern bool CopyOptionsAreOurs(List *options);

#endif /* SPARKIFY_COPY_OPTIONS_H */
