/*
 * rewrite_tokens.c
 *		The text of a statement as an array of PostgreSQL's own tokens.
 *
 * The scanner is core_yylex, so strings, dollar quotes, comments and quoted
 * names are read exactly as the server reads them.  Keyword codes of the
 * grammar differ between PostgreSQL's versions and are not used: a keyword is
 * known by its name.
 */
#include "postgres.h"

#include "common/keywords.h"
#include "parser/scanner.h"

#include "dialect/rewrite/tree/rewrite_tree.h"

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

/* Keywords get codes of our own, above any the scanner may use itself. */
#define FIRST_KEYWORD_CODE 1000

static void TokenSet(Token *token, int code, const core_YYSTYPE *value, const char *sql);
static void JoinTemporaryNames(TokenList *list);
static void MatchBrackets(TokenList *list);

/* Scans a statement; raises the scanner's own errors (an unterminated string ...). */
TokenList *
TokenListFromSql(const char *sql)
{
	TokenList *list = palloc0(sizeof(TokenList));
	uint16 *codes = palloc(sizeof(uint16) * ScanKeywords.num_keywords);
	core_yy_extra_type extra;
	core_yyscan_t scanner;
	int allocated = 64;

	for (int i = 0; i < ScanKeywords.num_keywords; i++)
		codes[i] = FIRST_KEYWORD_CODE + i;
	list->sql = sql;
	list->tokens = palloc0(sizeof(Token) * allocated);
	scanner = scanner_init(sql, &extra, &ScanKeywords, codes);
	for (;;)
	{
		core_YYSTYPE value;
		YYLTYPE location = 0;
		int code = core_yylex(&value, &location, scanner);
		Token *token;

		if (list->count + 1 >= allocated)
		{
			allocated *= 2;
			list->tokens = repalloc(list->tokens, sizeof(Token) * allocated);
		}
		token = &list->tokens[list->count];
		memset(token, 0, sizeof(Token));
		token->start = code == 0 ? (int)strlen(sql) : location;
		/* the scanner ends its current token with a NUL until it is called again */
		token->end = code == 0 ? token->start : location + (int)strlen(extra.scanbuf + location);
		TokenSet(token, code, &value, sql);
		if (code == 0)
			break;
		list->count++;
	}
	scanner_finish(scanner);
	JoinTemporaryNames(list);
	MatchBrackets(list);
	return list;
}

/* Fills in kind and text of a token from what the scanner returned. */
static void
TokenSet(Token *token, int code, const core_YYSTYPE *value, const char *sql)
{
	token->match = -1;
	token->keyword = -1;
	token->text = pnstrdup(sql + token->start, token->end - token->start);
	if (code == 0)
		token->kind = TOKEN_END;
	else if (code >= FIRST_KEYWORD_CODE)
	{
		token->kind = TOKEN_KEYWORD;
		token->keyword = code - FIRST_KEYWORD_CODE;
		token->text = pstrdup(value->keyword);
	}
	else if (code == CODE_IDENT || code == CODE_UIDENT)
	{
		token->kind = TOKEN_IDENT;
		token->quoted = sql[token->start] == '"' || code == CODE_UIDENT;
		token->text = pstrdup(value->str);
	}
	else if (code == CODE_SCONST)
	{
		token->kind = TOKEN_STRING;
		token->text = pstrdup(value->str);
	}
	else if (code == CODE_FCONST || code == CODE_ICONST)
		token->kind = TOKEN_NUMBER;
	else if (code == CODE_USCONST || code == CODE_BCONST || code == CODE_XCONST ||
			 code == CODE_PARAM)
		token->kind = TOKEN_OTHER_CONSTANT;
	else
		token->kind = TOKEN_OPERATOR;
}

/* Makes one name of # and the name right behind it, where no operand stands before: FROM #t. */
static void
JoinTemporaryNames(TokenList *list)
{
	int kept = 0;

	for (int i = 0; i <= list->count; i++)
	{
		Token *token = &list->tokens[i];
		const Token *before = kept > 0 ? &list->tokens[kept - 1] : NULL;
		bool starts = before == NULL || before->kind == TOKEN_KEYWORD ||
					  (before->kind == TOKEN_OPERATOR && strcmp(before->text, ")") != 0 &&
					   strcmp(before->text, "]") != 0);

		if (starts && TokenIs(list, i, "#") && TokenIsName(list, i + 1) &&
			list->tokens[i + 1].start == token->end)
		{
			int start = token->start;

			token = &list->tokens[++i];
			token->text = psprintf("#%s", token->text);
			token->kind = TOKEN_IDENT;
			token->keyword = -1;
			token->start = start;
			token->quoted = token->temporary = true;
		}
		list->tokens[kept++] = *token;
	}
	list->count = kept - 1;
}

/* Points every parenthesis and bracket to its partner; those without stay at -1. */
static void
MatchBrackets(TokenList *list)
{
	int *open = palloc(sizeof(int) * (list->count + 1));
	int depth = 0;

	for (int i = 0; i < list->count; i++)
	{
		if (TokenIs(list, i, "(") || TokenIs(list, i, "["))
			open[depth++] = i;
		else if (TokenIs(list, i, ")") || TokenIs(list, i, "]"))
		{
			const char *partner = TokenIs(list, i, ")") ? "(" : "[";

			if (depth > 0 && TokenIs(list, open[depth - 1], partner))
			{
				list->tokens[i].match = open[--depth];
				list->tokens[open[depth]].match = i;
			}
		}
	}
	pfree(open);
	for (int i = list->count; i >= 0; i--)
		list->tokens[i].past_open = TokenIs(list, i, "(") ? list->tokens[i + 1].past_open : i;
}

/* The token at an index; the end token beyond the last. */
const Token *
TokenAt(const TokenList *list, int index)
{
	return &list->tokens[Max(0, Min(index, list->count))];
}

/* Whether a token is this keyword, unquoted name, operator or punctuation. */
bool
TokenIs(const TokenList *list, int index, const char *text)
{
	const Token *token;

	if (index < 0 || index >= list->count)
		return false;
	token = &list->tokens[index];
	if (token->text[0] != text[0])
		return false;
	if (token->kind == TOKEN_KEYWORD || token->kind == TOKEN_OPERATOR)
		return strcmp(token->text, text) == 0;
	return token->kind == TOKEN_IDENT && !token->quoted && strcmp(token->text, text) == 0;
}

/* Whether a token can name a column, table or function. */
bool
TokenIsName(const TokenList *list, int index)
{
	const Token *token;

	if (index < 0 || index >= list->count)
		return false;
	token = &list->tokens[index];
	if (token->kind == TOKEN_KEYWORD)
		return ScanKeywordCategories[token->keyword] != RESERVED_KEYWORD;
	return token->kind == TOKEN_IDENT;
}

/* Whether a token is this one; steps over it if so. */
bool
TokenAccept(const TokenList *list, int *next, const char *text)
{
	if (!TokenIs(list, *next, text))
		return false;
	(*next)++;
	return true;
}

/* Steps over a token, or over everything in its parentheses. */
void
TokenSkip(const TokenList *list, int *next)
{
	int match = TokenAt(list, *next)->match;

	*next = match > *next ? match + 1 : *next + 1;
}

/* The names (char *) in a list in parentheses, types behind them left out; NIL when there is no such list. */
List *
TokenNames(const TokenList *list, int open)
{
	int close = TokenAt(list, open)->match;
	List *names = NIL;

	if (!TokenIs(list, open, "("))
		return NIL;
	for (int i = open + 1; i < close; i++)
	{
		if (i == open + 1 || TokenIs(list, i - 1, ","))
			names = lappend(names, unconstify(char *, TokenAt(list, i)->text));
		i = Max(i, TokenAt(list, i)->match);
	}
	return names;
}
