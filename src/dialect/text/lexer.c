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
 * matters where it escapes a quote: lexer_escapes.c sees to those before each token.
 *
 * The grammar's codes for keywords differ between PostgreSQL's versions and are
 * not used: a keyword is known by its name.
 */
#include "postgres.h"

#include <ctype.h>

#include "common/keywords.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "parser/scanner.h"

#include "dialect/text/lexer.h"

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
	int allocated;
	bool escapes; /* there are quotes behind a backslash somewhere */
	int next;	  /* byte from which on the scanner looks for its next token */
} Scan;

static void ScanBegin(Scan *scan, const char *script);
static bool ScanNext(Scan *scan, Lexeme *lexeme);
static void FillLexeme(Lexeme *lexeme, int code, const core_YYSTYPE *value, const char *script);
static bool SkipCommand(Scan *scan, const Lexeme *lexeme);
static void Append(Scan *scan, const Lexeme *lexeme);
static bool JoinVariable(LexemeList *list, const Lexeme *lexeme);
static bool JoinTemporary(Scan *scan, const Lexeme *lexeme);
static bool IsOperand(const Lexeme *lexeme);
static void MatchBrackets(LexemeList *list);

/* Scans a script; raises the scanner's own errors (an unterminated string ...). */
LexemeList *
LexerScan(const char *script)
{
	Scan scan;
	Lexeme lexeme;

	ScanBegin(&scan, script);
	while (ScanNext(&scan, &lexeme))
	{
		CHECK_FOR_INTERRUPTS();
		if (SkipCommand(&scan, &lexeme))
			continue;
		if (!JoinVariable(scan.list, &lexeme) && !JoinTemporary(&scan, &lexeme))
			Append(&scan, &lexeme);
	}
	Append(&scan, &lexeme);
	scan.list->count--;
	scanner_finish(scan.scanner);
	MatchBrackets(scan.list);
	return scan.list;
}

/* Sets up the scanner over a copy of the script. */
static void
ScanBegin(Scan *scan, const char *script)
{
	uint16 *codes = palloc(sizeof(uint16) * ScanKeywords.num_keywords);

	for (int i = 0; i < ScanKeywords.num_keywords; i++)
		codes[i] = FIRST_KEYWORD_CODE + i;
	scan->list = palloc0(sizeof(LexemeList));
	scan->list->script = pstrdup(script);
	scan->allocated = 64;
	scan->list->lexemes = palloc(sizeof(Lexeme) * scan->allocated);
	scan->scanner = scanner_init(scan->list->script, &scan->extra, &ScanKeywords, codes);
	scan->escapes = strstr(script, "\\'") != NULL;
	scan->next = 0;
}

/* Reads the next token; false at the end, with a lexeme for the end. */
static bool
ScanNext(Scan *scan, Lexeme *lexeme)
{
	core_YYSTYPE value;
	YYLTYPE location = 0;
	int code;

	if (scan->escapes)
		LexerDoubleQuotes(scan->list->script, scan->extra.scanbuf, scan->next);
	code = core_yylex(&value, &location, scan->scanner);
	memset(lexeme, 0, sizeof(Lexeme));
	lexeme->match = -1;
	if (code == 0)
	{
		lexeme->kind = LEXEME_END;
		lexeme->start = lexeme->end = strlen(scan->list->script);
		lexeme->text = "";
		return false;
	}
	lexeme->start = location;
	/* until it is called again, the scanner ends its token with a NUL */
	lexeme->end = location + strlen(scan->extra.scanbuf + location);
	scan->next = lexeme->end;
	FillLexeme(lexeme, code, &value, scan->list->script);
	return true;
}

/* Sets kind and text of a lexeme from what the scanner returned. */
static void
FillLexeme(Lexeme *lexeme, int code, const core_YYSTYPE *value, const char *script)
{
	if (code >= FIRST_KEYWORD_CODE)
	{
		lexeme->kind = LEXEME_WORD;
		lexeme->text = pstrdup(value->keyword);
		lexeme->keyword = true;
		lexeme->reserved =
			ScanKeywordCategories[code - FIRST_KEYWORD_CODE] == RESERVED_KEYWORD ||
			ScanKeywordCategories[code - FIRST_KEYWORD_CODE] == TYPE_FUNC_NAME_KEYWORD;
	}
	else if (code == CODE_IDENT || code == CODE_UIDENT)
	{
		lexeme->kind = LEXEME_WORD;
		lexeme->quoted = script[lexeme->start] == '"' || code == CODE_UIDENT;
		lexeme->text = pstrdup(value->str);
	}
	else if (code == CODE_SCONST)
	{
		lexeme->kind = LEXEME_STRING;
		lexeme->text = pstrdup(value->str);
	}
	else
	{
		lexeme->kind = code == CODE_FCONST || code == CODE_ICONST ? LEXEME_NUMBER
					   : code == CODE_USCONST || code == CODE_BCONST || code == CODE_XCONST ||
							   code == CODE_PARAM
						   ? LEXEME_CONSTANT
						   : LEXEME_OPERATOR;
		lexeme->text = pnstrdup(script + lexeme->start, lexeme->end - lexeme->start);
	}
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
	Lexeme letter;
	int line_end;

	if (!LexemeIs(lexeme, "\\") || !isalpha((unsigned char)scan->list->script[lexeme->end]))
		return false;
	while (*rest != '\0' && *rest != '\n')
		*rest++ = ' ';
	line_end = scan->next = rest - scan->extra.scanbuf;
	if (!ScanNext(scan, &letter))
		elog(ERROR, "a backslash command ends before its first letter");
	scan->next = line_end;

	/* what stood before the command, such as SELECT 1 \g, ends here */
	letter = *lexeme;
	letter.text = ";";
	Append(scan, &letter);
	return true;
}

/* Adds a lexeme to the list. */
static void
Append(Scan *scan, const Lexeme *lexeme)
{
	LexemeList *list = scan->list;

	if (list->count >= scan->allocated)
	{
		scan->allocated *= 2;
		list->lexemes = repalloc_huge(list->lexemes, sizeof(Lexeme) * scan->allocated);
	}
	list->lexemes[list->count++] = *lexeme;
}

/* Makes a variable of a colon and the name or string right behind it. */
static bool
JoinVariable(LexemeList *list, const Lexeme *lexeme)
{
	Lexeme *colon = list->count > 0 ? &list->lexemes[list->count - 1] : NULL;
	char first = list->script[lexeme->start];

	if (colon == NULL || !LexemeIs(colon, ":") || colon->end != lexeme->start)
		return false;
	if (lexeme->kind == LEXEME_STRING ? first != '\'' : lexeme->kind != LEXEME_WORD)
		return false;
	if (lexeme->quoted && first != '"')
		return false;
	colon->kind = LEXEME_VARIABLE;
	colon->quote = lexeme->kind == LEXEME_STRING || lexeme->quoted ? first : 0;
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

	if (sign == NULL || lexeme->kind != LEXEME_WORD || lexeme->quoted ||
		sign->kind != LEXEME_OPERATOR || list->script[sign->end - 1] != '#' ||
		sign->end != lexeme->start)
		return false;
	name.start = lexeme->start - 1;
	name.text = psprintf("#%s", lexeme->text);
	name.reserved = false;
	if (sign->end - sign->start > 1)
	{
		sign->end--;
		sign->text[sign->end - sign->start] = '\0';
		Append(scan, &name);
	}
	else if (list->count > 1 && IsOperand(sign - 1))
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
		return !lexeme->keyword;
	return lexeme->kind != LEXEME_OPERATOR || LexemeIs(lexeme, ")") || LexemeIs(lexeme, "]");
}

/* Points every parenthesis and bracket to its partner; those without one stay at -1. */
static void
MatchBrackets(LexemeList *list)
{
	int *open = palloc_extended(sizeof(int) * (list->count + 1), MCXT_ALLOC_HUGE);
	int depth = 0;

	for (int i = 0; i < list->count; i++)
	{
		const Lexeme *lexeme = &list->lexemes[i];
		bool closes = LexemeIs(lexeme, ")") || LexemeIs(lexeme, "]");

		if (LexemeIs(lexeme, ";"))
			depth = 0;
		else if (LexemeIs(lexeme, "(") || LexemeIs(lexeme, "["))
			open[depth++] = i;
		else if (closes && depth > 0 &&
				 LexemeIs(&list->lexemes[open[depth - 1]], lexeme->text[0] == ')' ? "(" : "["))
		{
			list->lexemes[i].match = open[--depth];
			list->lexemes[open[depth]].match = i;
		}
	}
	pfree(open);
}

/* Whether a lexeme is this unquoted word (lower case), operator or punctuation. */
bool
LexemeIs(const Lexeme *lexeme, const char *text)
{
	/* most lexemes that are asked for differ in their first letter */
	return lexeme->text[0] == text[0] &&
		   (lexeme->kind == LEXEME_OPERATOR || (lexeme->kind == LEXEME_WORD && !lexeme->quoted)) &&
		   strcmp(lexeme->text, text) == 0;
}

/* How many lexemes these words are, separated by one space, that stand at a place; 0: they don't. */
int
LexemesAre(const LexemeList *list, int first, int end, const char *words)
{
	int place = first;

	while (*words != '\0')
	{
		const Lexeme *lexeme = &list->lexemes[place];
		size_t length;

		if (place++ >= end || lexeme->text[0] != words[0] || lexeme->quoted ||
			(lexeme->kind != LEXEME_WORD && lexeme->kind != LEXEME_OPERATOR))
			return 0;
		length = strlen(lexeme->text);
		if (strncmp(lexeme->text, words, length) != 0 ||
			(words[length] != ' ' && words[length] != '\0'))
			return 0;
		words += length + (words[length] == ' ');
	}
	return place - first;
}

/* Whether a lexeme can name a table or a column. */
bool
LexemeIsName(const Lexeme *lexeme)
{
	return lexeme->kind == LEXEME_WORD && (lexeme->quoted || !lexeme->reserved);
}

/* A name with ASCII capitals folded, as Redshift folds quoted names too (AWS: r_names). */
char *
LexemeFold(const char *name)
{
	char *folded = pstrdup(name);

	for (char *c = folded; *c != '\0'; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c += 'a' - 'A';
	return folded;
}

/* Sets an error's position to a byte offset of the script, which errposition counts in characters. */
int
LexerErrorPosition(const char *script, int offset)
{
	return errposition(pg_mbstrlen_with_len(script, offset) + 1);
}
