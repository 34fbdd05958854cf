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

#include "copy_options/object_form.h"

/* An option that may be on, off, or left to Redshift. */
typedef enum CopySwitch
{
	COPY_SWITCH_NOT_GIVEN,
	COPY_SWITCH_OFF,
	COPY_SWITCH_ON
} CopySwitch;

/* Everything a COPY says besides its table, columns and source.  Texts are palloc'd; NULL is "not given". */
typedef struct CopyOptions
{
	/* data format */
	ObjectFormat format;
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
	Encoding encoding;

	/* source */
	Compression compression;
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
	int64 max_error; /* as given; 0 and 1 both mean the first error fails */
	bool ignore_all_errors;
	bool noload;
	CopySwitch stat_update;
	CopySwitch comp_update; /* accepted, no effect here */
	int64 comp_rows;		/* likewise */
} CopyOptions;

/* What an option takes as its argument, and the type of the field that it fills. */
typedef enum CopyArgument
{
	COPY_ARGUMENT_NONE,			   /* a keyword alone; a boolean in PostgreSQL's spelling: bool */
	COPY_ARGUMENT_SWITCH,		   /* ON, OFF, TRUE, FALSE, or nothing for ON: CopySwitch */
	COPY_ARGUMENT_STRING,		   /* [AS] 'text': char * */
	COPY_ARGUMENT_OPTIONAL_STRING, /* [AS] ['text']: char * */
	COPY_ARGUMENT_NUMBER,		   /* [AS] n: int64 */
	COPY_ARGUMENT_WORD /* implied: the keyword itself is the value (GZIP: compression 'gzip'): an enum */
} CopyArgument;

/* The values of an enum by their names. */
typedef struct CopyNames
{
	const char *const *names;
	int count;
	const char *hint; /* what they are */
} CopyNames;

extern const CopyNames copy_formats;
extern const CopyNames copy_compressions;
extern const CopyNames copy_encodings;

/* The value of a name, in any case; -1 where there is none. */
extern int CopyNameFind(const CopyNames *names, const char *name);

/* An option in both spellings.  Several keywords may share a name (GZIP and ZSTD: compression). */
typedef struct CopyOptionRule
{
	const char *keyword; /* Redshift's, lower case */
	const char *name;	 /* PostgreSQL's; NULL where the option is refused */
	CopyArgument argument;
	size_t field;		  /* where in CopyOptions; or one of those below */
	unsigned not_formats; /* bits 1 << ObjectFormat it doesn't go with */

	/* for some arguments */
	const char
		*word; /* _WORD: the value it implies; _OPTIONAL_STRING: when left out; _SWITCH: also ON */
	bool escapes;			/* _STRING: \t, \n and octal bytes are decoded */
	const CopyNames *names; /* _STRING and _WORD: of the enum that the field is */
	int64 minimum;			/* _NUMBER */
	int64 maximum;			/* likewise */

	const char *hint; /* refused options: what to do instead */
} CopyOptionRule;

/* The field of CREDENTIALS: those of the pairs in its text. */
#define COPY_FIELD_PAIRS ((size_t)-1)

extern const CopyOptionRule copy_option_rules[];
extern const int copy_option_rules_count;

/* The rule of a Redshift keyword, in any case; NULL when there is none. */
extern const CopyOptionRule *CopyOptionByKeyword(const char *keyword);

/* The keyword that a word was probably meant to be, in capitals; NULL when none is near. */
extern const char *CopyOptionNear(const char *word);

/* Whether a word is that keyword but for a letter or two. */
extern bool CopyKeywordIsNear(const char *word, const char *keyword);

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

#endif /* SPARKIFY_COPY_OPTIONS_H */
