/*
 * rewrite_parse_expr.h
 *		What the parsers of expressions share: a cursor over lexemes, and nodes
 *		in the making.
 */
#ifndef SPARKIFY_REWRITE_PARSE_EXPR_H
#define SPARKIFY_REWRITE_PARSE_EXPR_H

#include "dialect/rewrite/tree/rewrite_tree.h"

typedef struct ExprParser
{
	const LexemeList *list;
	int next;
} ExprParser;

/* rewrite_parse_expr.c: the cursor, nodes, and operators that bind at least as strongly as a power */
extern bool ExprAccept(ExprParser *parser, const char *text);
extern bool ExprAt(ExprParser *parser, const char *text);
extern TreeExpr *ExprMake(ExprKind kind, int first);
extern TreeExpr *ExprFinish(ExprParser *parser, TreeExpr *expr);
extern TreeExpr *ExprMakeHere(ExprParser *parser, ExprKind kind, int first);
extern TreeExpr *ExprParseBinary(ExprParser *parser, int power);

/* rewrite_parse_operand.c */
extern TreeExpr *ExprParseOperand(ExprParser *parser);
extern void ExprParseTypeName(ExprParser *parser, TreeExpr *cast);

/* rewrite_parse_call.c: a call whose name ends at a lexeme; one whose first argument has been parsed */
extern TreeExpr *ExprParseCall(ExprParser *parser, int first, int name);
extern TreeExpr *ExprParseCallRest(ExprParser *parser, int name, TreeExpr *argument);

#endif /* SPARKIFY_REWRITE_PARSE_EXPR_H */
