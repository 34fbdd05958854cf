/*
 * parse.h
 *		What the files of the parser share: a cursor over a statement's
 *		lexemes, and the entry points by kind of statement.
 */
#ifndef SPARKIFY_PARSE_H
#define SPARKIFY_PARSE_H

#include "dialect/text/statement.h"

typedef struct Parser
{
	DialectStatement *statement;
	const LexemeList *list;
	int next; /* lexeme to be read */
	int end;  /* exclusive */
} Parser;

/* parser.c: the cursor */
extern const Lexeme *ParserPeek(const Parser *parser, int ahead);
extern bool ParserIs(const Parser *parser, const char *text);
extern bool ParserIsAt(const Parser *parser, int ahead, const char *text);
extern bool ParserTake(Parser *parser, const char *text);
extern bool ParserTakeWords(Parser *parser, const char *words);
extern void ParserExpect(Parser *parser, const char *text);
extern const char *ParserName(Parser *parser);
extern const char *ParserWord(Parser *parser);
extern List *ParserNameList(Parser *parser);
extern int ParserSkipParentheses(Parser *parser);
extern void ParserRelation(Parser *parser, RelationName *relation);
extern bool ParserAtRelation(const Parser *parser);
extern _Noreturn void ParserFail(const Parser *parser);
extern _Noreturn void ParserFailHint(const Parser *parser, const char *hint);
extern _Noreturn void ParserFailNear(const Parser *parser, const char *near);
extern void ParserEnd(const Parser *parser);

/* parser.c: replacements, given in any order */
extern void StatementEdit(DialectStatement *statement, int first, int last, const char *text);
extern LexemeEdit *StatementAddEdit(DialectStatement *statement, int first, int last);

extern void StatementOrderEdits(DialectStatement *statement);

/* parse.c: the statement in lexemes first up to end, exclusive */
extern DialectStatement *StatementParse(const LexemeList *list, int first, int end);

/* parse_table.c */
extern bool ParseCreateTable(Parser *parser);
extern ColumnDefinition *ParseColumnDefinition(Parser *parser);
extern TableConstraint *ParseTableConstraint(Parser *parser);
extern bool ParseTableAttribute(Parser *parser, CreateTable *create);

/* parse_copy.c */
extern bool ParseCopyJob(Parser *parser);
extern bool ParseJobCreate(Parser *parser, CopyStatement *copy);
extern bool ParseCopy(Parser *parser);

/* parse_unload.c */
extern bool ParseUnload(Parser *parser);

/* parse_utility.c: everything else that isn't a query; false where it is none of Redshift's own */
extern bool ParseUtility(Parser *parser);

#define REFUSED_HINT "It works on Redshift only; leave it out of what runs here."

/* parse_routine.c: what follows CREATE FUNCTION or PROCEDURE */
extern void ParseRoutine(Parser *parser);

/* parse_role.c: what follows CREATE, ALTER or DROP USER or ROLE */
extern void ParseRole(Parser *parser);
extern void ParseDropRole(Parser *parser);

/* parse_grant.c: of what follows the first word, or ALTER DEFAULT PRIVILEGES */
extern void ParseGrant(Parser *parser);
extern void ParseDefaultPrivileges(Parser *parser);

/* parse_refresh.c: what follows REFRESH and ALTER MATERIALIZED VIEW */
extern void ParseRefresh(Parser *parser);
extern void ParseAlterMaterialized(Parser *parser);
extern void ParseRowSecurity(Parser *parser);

/* parse_setting.c: what follows SET or RESET, and SHOW */
extern void ParseSet(Parser *parser);
extern void ParseShow(Parser *parser);

/* parse_show.c: what follows SHOW, when it is of objects */
extern bool ParseShowObjects(Parser *parser);

/* parse_design.c: distribution, sort order and encodings, as options of the table */
extern const char *DesignOfTable(const CreateTable *create);
extern const char *DesignOfColumn(const ColumnDefinition *column);
extern const char *DesignOfKey(const TableConstraint *constraint);
extern bool ParseAlterDesign(Parser *parser);

/* parse_alter.c: what follows ALTER TABLE */
extern void ParseAlterTable(Parser *parser);

#endif /* SPARKIFY_PARSE_H */
