/*
 * lexer.c
 *		PostgreSQL's scanner over a whole script.
 *
 * The scanner is core_yylex, so strings, dollar quotes, comments and quoted
 * names are read exactly as the server reads them; what psql and Redshift add
 * is made of its tokens afterwards:
 *
 *		':' 'name'  -> variable        '#' name -> temporary name
 *		'\' word .. -> a command of psql's up to the end of the line, left out
 *
 * A backslash escapes in every string of Redshift's.  For the scanner that
 * matters where it escapes a quote: lexer_escapes.c sees to those before each
 * token, and lexer_glued.c to keywords right behind a number.
 *
 * The grammar's codes for keywords differ between PostgreSQL's versions and are
 * not used: a keyword is known by its name.
 */
#include "postgres.h"

#include <ctype.h>
#include <limits.h>

#include "common/keywords.h"
#include "miscadmin.h"
#include "parser/scanner.h"
#include "utils/memutils.h"

#include "dialect/lex/lexer.h"

/* Codes that scanner.h promises to every grammar built on the scanner. */
enum
{
	CODE_IDENT = 258,
	CODE_UIDENT,
	CODE_FCONST,
	CODE_SCONST,
	CODE_USCONST,
	CODE_BCONST,
	CODE_XCONST,
	CODE_OP,
	CODE_ICONST,
	CODE_PARAM
};

/* Keywords get codes of our own, above any the scanner uses itself. */
#define FIRST_KEYWORD_CODE 1000

typedef struct Scan
{
	core_yyscan_t scanner;
	core_yy_extra_type extra;
	LexemeList *list;
	bool psql;	  /* variables and backslash commands are psql's */
	bool escapes; /* there are quotes behind a backslash somewhere */
	int doubled;  /* byte up to which escaped quotes are seen to */
	int glued;	  /* byte of the next keyword right behind a digit; -1: there is none left */
	bool pending; /* it is the next token */
	int next;	  /* byte from which on the scanner looks for its next token */
} Scan;

static LexemeList *ScanAll(const char *script, bool psql);
static void ScanBegin(Scan *scan, const char *script);
static bool ScanNext(Scan *scan, Lexeme *lexeme);
static int ScanCode(Scan *scan, Lexeme *lexeme, core_YYSTYPE *value);
static void FillLexeme(Lexeme *lexeme, int code, const core_YYSTYPE *value, const char *script);
static const char *TextOf(const Lexeme *lexeme, const char *script);
static bool SkipCommand(Scan *scan, const Lexeme *lexeme);
static bool JoinVariable(LexemeList *list, const Lexeme *lexeme);
static bool JoinTemporary(Scan *scan, const Lexeme *lexeme);
static bool IsOperand(const Lexeme *lexeme);

/* Scans a script; raises the scanner's own errors (an unterminated string ...). */
LexemeList *
LexerScan(const char *script)
{
	return ScanAll(script, true);
}

/* Scans SQL that psql doesn't see. */
LexemeList *
LexerScanPlain(const char *sql)
{
	return ScanAll(sql, false);
}

/* Scans a text to its end. */
static LexemeList *
ScanAll(const char *script, bool psql)
{
	Scan scan = {.psql = psql};
	Lexeme lexeme;

	ScanBegin(&scan, script);
	while (ScanNext(&scan, &lexeme))
	{
		CHECK_FOR_INTERRUPTS();
		if (psql && (SkipCommand(&scan, &lexeme) || JoinVariable(scan.list, &lexeme)))
			continue;
		if (!JoinTemporary(&scan, &lexeme))
			LexemeListAppend(scan.list, &lexeme);
	}

	scanner_finish(scan.scanner);
	LexemeListEnd(scan.list, scan.list->script);

	return scan.list;
}

/* Sets up the scanner over a copy of the script. */
static void
ScanBegin(Scan *scan, const char *script)
{
	static uint16 *codes = NULL;

	/* every scan numbers the keywords alike: once a session is enough */
	if (codes == NULL)
	{
		uint16 *made =
			MemoryContextAlloc(TopMemoryContext, sizeof(uint16) * ScanKeywords.num_keywords);

		for (int i = 0; i < ScanKeywords.num_keywords; i++)
			made[i] = FIRST_KEYWORD_CODE + i;
		codes = made;
	}

	/* a lexeme is six bytes long on average, in a list of literals four */
	scan->list = LexemeListBegin(strlen(script) / 4);
	scan->list->script = pstrdup(script);

	/* of a script of a hundred megabytes each copy takes a while */
	CHECK_FOR_INTERRUPTS();
	scan->scanner = scanner_init(scan->list->script, &scan->extra, &ScanKeywords, codes);
	CHECK_FOR_INTERRUPTS();
	scan->escapes = strstr(script, "\\'") != NULL;
	scan->glued = LexerFindGlued(script, 0);
}

/* Reads the next token; false at the end. */
static bool
ScanNext(Scan *scan, Lexeme *lexeme)
{
	core_YYSTYPE value;
	int code;

	/* psql's strings and the server's differ in what a backslash does to a quote */
	if (scan->escapes && scan->next >= scan->doubled)
		scan->doubled = LexerDoubleQuotes(scan->list->script, scan->extra.scanbuf, scan->next);
	memset(lexeme, 0, sizeof(Lexeme));
	lexeme->match = lexeme->keyword = -1;
	code = ScanCode(scan, lexeme, &value);
	if (code == 0)
		return false;

	scan->next = lexeme->end;
	FillLexeme(lexeme, code, &value, scan->list->script);

	return true;
}

/*
 * The code, value and place of the next token.  The scanner takes no keyword
 * right behind a number (4WHEN): it gets to see blanks, and the keyword is made
 * here once the number has been read.
 */
static int
ScanCode(Scan *scan, Lexeme *lexeme, core_YYSTYPE *value)
{
	YYLTYPE location = 0;
	int keyword_end = 0;
	int code;

	if (scan->pending)
	{
		int keyword;

		scan->pending = false;
		lexeme->start = scan->glued;
		value->keyword = LexerKeywordAt(scan->list->script, scan->glued, &lexeme->end);
		keyword = ScanKeywordLookup(value->keyword, &ScanKeywords);

		/* Redshift's own words are names to PostgreSQL's scanner */
		return keyword >= 0 ? FIRST_KEYWORD_CODE + keyword : CODE_IDENT;
	}

	if (scan->glued >= 0 && scan->glued < scan->next)
		scan->glued = LexerFindGlued(scan->list->script, scan->next);
	if (scan->glued >= 0 && LexerNumberEnds(scan->list->script, scan->next, scan->glued))
	{
		LexerKeywordAt(scan->list->script, scan->glued, &keyword_end);
		memset(scan->extra.scanbuf + scan->glued, ' ', keyword_end - scan->glued);
		scan->pending = true;
	}

	code = core_yylex(value, &location, scan->scanner);
	lexeme->start = location;

	/* a small code is the character itself; other tokens end with a NUL until the scanner goes on */
	if (code <= UCHAR_MAX)
		lexeme->end = location + (code != 0);
	else
		lexeme->end = location + strlen(scan->extra.scanbuf + location);

	/* the scanner has the last word on what stands before the keyword: it gets it back unless that was the number */
	if (scan->pending && lexeme->end != scan->glued)
	{
		scan->pending = false;
		memcpy(scan->extra.scanbuf + scan->glued, scan->list->script + scan->glued,
			   keyword_end - scan->glued);
	}

	return code;
}

/* Sets kind and text of a lexeme from what the scanner returned, which is palloc'd or a constant. */
static void
FillLexeme(Lexeme *lexeme, int code, const core_YYSTYPE *value, const char *script)
{
	/* keywords come as numbers of the scanner's own table, signs as themselves */
	if (code <= UCHAR_MAX)
	{
		lexeme->kind = LEXEME_OPERATOR;
		lexeme->text = TextOf(lexeme, script);
	}
	else if (code >= FIRST_KEYWORD_CODE)
	{
		int category = ScanKeywordCategories[code - FIRST_KEYWORD_CODE];

		lexeme->kind = LEXEME_WORD;
		lexeme->text = value->keyword;
		lexeme->keyword = code - FIRST_KEYWORD_CODE;
		lexeme->reserved = category == RESERVED_KEYWORD || category == TYPE_FUNC_NAME_KEYWORD;
	}
	else if (code == CODE_IDENT || code == CODE_UIDENT)
	{
		lexeme->kind = LEXEME_WORD;

		/* kept, for a quoted name is no keyword and isn't folded */
		lexeme->quoted = script[lexeme->start] == '"' || code == CODE_UIDENT;
		lexeme->text = value->str;
	}
	else if (code == CODE_SCONST)
	{
		lexeme->kind = LEXEME_STRING;
		lexeme->text = value->str;
	}
	else
	{
		/* U&'..', B'..', X'..' and $1 are constants that nobody looks into */
		lexeme->kind = code == CODE_FCONST || code == CODE_ICONST ? LEXEME_NUMBER
					   : code == CODE_USCONST || code == CODE_BCONST || code == CODE_XCONST ||
							   code == CODE_PARAM
						   ? LEXEME_CONSTANT
						   : LEXEME_OPERATOR;

		/* operators have no text of the scanner's: it is cut from the script */
		lexeme->text = TextOf(lexeme, script);
	}
}

/* A lexeme as written; that of one character, which most are, is a constant. */
static const char *
TextOf(const Lexeme *lexeme, const char *script)
{
	static const char *const signs[UCHAR_MAX + 1] = {
		['('] = "(", [')'] = ")", [','] = ",", [';'] = ";", ['.'] = ".", ['='] = "=",
		['*'] = "*", ['+'] = "+", ['-'] = "-", ['<'] = "<", ['>'] = ">", ['/'] = "/",
		['0'] = "0", ['1'] = "1", ['2'] = "2", ['3'] = "3", ['4'] = "4", ['5'] = "5",
		['6'] = "6", ['7'] = "7", ['8'] = "8", ['9'] = "9", ['['] = "[", [']'] = "]",
	};
	const char *sign = signs[(unsigned char)script[lexeme->start]];

	if (sign != NULL && lexeme->end == lexeme->start + 1)
		return sign;

	return pnstrdup(script + lexeme->start, lexeme->end - lexeme->start);
}

/*
 * Steps over a backslash command of psql's: the rest of its line is blanked
 * out in the scanner's buffer, before the scanner sees a quote in it.  The
 * letter behind the backslash is read already and comes as a token.
 */
static bool
SkipCommand(Scan *scan, const Lexeme *lexeme)
{
	char *rest = scan->extra.scanbuf + lexeme->start + 2;
	Lexeme end = *lexeme;
	core_YYSTYPE letter;
	YYLTYPE location = 0;

	if (!LexemeIs(lexeme, "\\") || !isalpha((unsigned char)scan->list->script[lexeme->end]))
		return false;

	while (*rest != '\0' && *rest != '\n')
		*rest++ = ' ';
	/* past ScanCode, which would look for a number on the next line already */
	if (core_yylex(&letter, &location, scan->scanner) == 0)
		elog(ERROR, "a backslash command ends before its first letter");
	scan->next = rest - scan->extra.scanbuf;

	/* what stood before the command, such as SELECT 1 \g, ends here */
	end.text = ";";
	LexemeListAppend(scan->list, &end);

	return true;
}

/* Makes a variable of a colon and the name or string right behind it. */
static bool
JoinVariable(LexemeList *list, const Lexeme *lexeme)
{
	Lexeme *colon = list->count > 0 ? &list->lexemes[list->count - 1] : NULL;
	char first = list->script[lexeme->start];

	/* right behind, or the colon is an array's slice or a label */
	if (colon == NULL || !LexemeIs(colon, ":") || colon->end != lexeme->start)
		return false;

	/* $$..$$ and E'..' are no variables of psql's */
	if (lexeme->kind == LEXEME_STRING ? first != '\'' : lexeme->kind != LEXEME_WORD)
		return false;
	if (lexeme->quoted && first != '"')
		return false;

	colon->kind = LEXEME_VARIABLE;
	colon->quote = lexeme->kind == LEXEME_STRING || lexeme->quoted ? first : 0;

	/* an unquoted name as it was written: psql's variables aren't folded */
	colon->text = colon->quote != 0
					  ? lexeme->text
					  : pnstrdup(list->script + lexeme->start, lexeme->end - lexeme->start);
	colon->end = lexeme->end;

	return true;
}

/*
 * Makes a name of a number sign and the word right behind it, unless the sign
 * stands between two operands, where it is an operator.  The sign may be the
 * end of what the scanner takes for a longer operator: a.id=#t.id.
 */
static bool
JoinTemporary(Scan *scan, const Lexeme *lexeme)
{
	LexemeList *list = scan->list;
	Lexeme *sign = list->count > 0 ? &list->lexemes[list->count - 1] : NULL;
	Lexeme name = *lexeme;

	/* right behind, and nothing in between */
	if (sign == NULL || lexeme->kind != LEXEME_WORD || lexeme->quoted ||
		sign->kind != LEXEME_OPERATOR || list->script[sign->end - 1] != '#' ||
		sign->end != lexeme->start)
		return false;

	/* the sign becomes the name's first letter */
	name.start = lexeme->start - 1;
	name.text = psprintf("#%s", lexeme->text);
	name.reserved = false;
	name.keyword = -1;

	/* =# is an operator to PostgreSQL's scanner: the sign is taken off its end */
	if (sign->end - sign->start > 1)
	{
		sign->end--;
		sign->text = pnstrdup(list->script + sign->start, sign->end - sign->start);
		LexemeListAppend(list, &name);
	}
	else if (list->count > 1 && IsOperand(sign - 1))
		/* a # b: bitwise exclusive or */
		return false;
	else
		*sign = name;
	return true;
}

/* Whether a lexeme can be the left side of an operator; TRUNCATE and UPDATE are none, though names. */
static bool
IsOperand(const Lexeme *lexeme)
{
	if (lexeme->kind == LEXEME_WORD)
		return lexeme->keyword < 0;
	return lexeme->kind != LEXEME_OPERATOR || LexemeIs(lexeme, ")") || LexemeIs(lexeme, "]");
}
