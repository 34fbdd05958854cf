/*
 * rewrite_types.c
 *		The casts that Redshift makes by itself and PostgreSQL doesn't.
 *
 * Only operands whose types are both known are touched.  What a VARCHAR
 * becomes in arithmetic is not documented by AWS; double precision is chosen
 * because the operator resolution of Redshift's ancestor prefers it.  A text
 * becomes a VARBYTE of its bytes, and that the text that they are in UTF-8,
 * where PostgreSQL would read and write its own notation of bytea (AWS:
 * r_VARBYTE_type, r_VARBYTE_OPERATORS).
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/numeric.h"

#include "dialect/rewrite/types/rewrite_types.h"

static bool LooksNumeric(const char *text);
static bool IsSimple(const TreeExpr *expr);
static void CoerceFromBytes(Rewriting *work, TreeExpr *expr);
static void WrapCall(Rewriting *work, TreeExpr *expr, const char *function);
static bool RewriteVarbyteOperator(Rewriting *work, TreeExpr *expr, Oid left, Oid right);
static void CompareLiteral(Rewriting *work, TreeExpr *left, Oid left_type, TreeExpr *right);
static void CompareBlanks(Rewriting *work, TreeExpr *left, TreeExpr *right);
static void CoerceOperands(Rewriting *work, TreeExpr *expr, Oid *left, Oid *right);
static Oid ArithmeticType(const char *op, Oid left, Oid right);

/* The type that two results of CASE or arguments of COALESCE share. */
Oid
TypeCommon(Oid left, Oid right)
{
	static const Oid ladder[] = {INT2OID,	INT4OID, INT8OID,	   NUMERICOID,	  FLOAT4OID,
								 FLOAT8OID, DATEOID, TIMESTAMPOID, TIMESTAMPTZOID};
	int left_step = -1;
	int right_step = -1;

	/* an untyped literal takes the other's type */
	if (left == UNKNOWNOID)
		return right;

	/* the same types, so there is nothing to choose */
	if (right == UNKNOWNOID || left == right)
		return left;

	/* a SUPER takes in what can become one */
	if (left == JSONBOID || right == JSONBOID)
		return BecomesSuper(left) && BecomesSuper(right) ? JSONBOID : InvalidOid;

	/* CHAR and VARCHAR make VARCHAR */
	if (TypeIsText(left) && TypeIsText(right))
		return VARCHAROID;

	/* numbers climb to the larger one of both, and so do points in time */
	for (int i = 0; i < (int)lengthof(ladder); i++)
	{
		left_step = ladder[i] == left ? i : left_step;
		right_step = ladder[i] == right ? i : right_step;
	}

	if (left_step < 0 || right_step < 0 || TypeIsNumber(left) != TypeIsNumber(right))
		return InvalidOid;

	return ladder[Max(left_step, right_step)];
}

/* Whether a cast may be written right behind an expression. */
static bool
IsSimple(const TreeExpr *expr)
{
	return expr->kind != EXPR_OPERATOR && expr->kind != EXPR_COMPARISON &&
		   expr->kind != EXPR_BOOLEAN && expr->kind != EXPR_OTHER;
}

/* Casts an expression of a known type to a type as spelled. */
void
CoerceExpr(Rewriting *work, TreeExpr *expr, Oid from, const char *type)
{
	const char *before;
	const char *after;

	if (expr->coerced)
		return;

	expr->coerced = true;
	before = IsSimple(expr) ? "" : "(";
	after = psprintf("%s::%s", IsSimple(expr) ? "" : ")", type);
	if (from == JSONBOID)
		SuperCast(type, &before, &after);
	Wrap(work, expr, before, after);
}

/* Makes text of an expression whose type is known and isn't text. */
void
CoerceToText(Rewriting *work, TreeExpr *expr, Oid from)
{
	if (!OidIsValid(from) || from == UNKNOWNOID || TypeIsText(from))
		return;
	if (from == BYTEAOID)
		CoerceFromBytes(work, expr);
	else if (from != JSONBOID)
		CoerceExpr(work, expr, from, "text");
	else
	{
		/* a SUPER's string without its quotes */
		expr->coerced = true;
		Wrap(work, expr, "(", " #>> '{}')");
	}
}

/* Makes VARBYTE of a text or a literal. */
void
CoerceToBytes(Rewriting *work, TreeExpr *expr, Oid from)
{
	if ((TypeIsText(from) || from == UNKNOWNOID) && !expr->coerced)
		WrapCall(work, expr, REDSHIFT_SCHEMA ".varbyte(");
}

/* Makes the text of a VARBYTE. */
static void
CoerceFromBytes(Rewriting *work, TreeExpr *expr)
{
	if (!expr->coerced)
		WrapCall(work, expr, REDSHIFT_SCHEMA ".varbyte_text(");
}

/* Puts an expression between the parentheses of a call. */
static void
WrapCall(Rewriting *work, TreeExpr *expr, const char *function)
{
	expr->coerced = true;
	EditInsertBefore(work, expr->first, function);
	EditInsertAfter(work, expr->last, ")");
}

/* Whether a literal reads as a number. */
static bool
LooksNumeric(const char *text)
{
	char *end;

	while (*text == ' ')
		text++;
	if (*text == '\0' || strpbrk(text, "xXnN") != NULL)
		return false;

	strtod(text, &end);
	while (*end == ' ')
		end++;
	return *end == '\0';
}

/*
 * Compares a VARCHAR with a literal as if neither had trailing blanks, when
 * the literal is blank or ends with a blank.  Redshift does so always; doing
 * it for every comparison would cost every index and hash join.
 */
static void
CompareBlanks(Rewriting *work, TreeExpr *left, TreeExpr *right)
{
	const Lexeme *lexeme = LexemeAt(work->list, right->first);
	int length = (int)strlen(lexeme->text);
	char *trimmed;

	/* a literal without blanks is compared as it is: indexes stay usable */
	if (length > 0 && lexeme->text[length - 1] != ' ')
		return;

	while (length > 0 && lexeme->text[length - 1] == ' ')
		length--;
	trimmed = pnstrdup(lexeme->text, length);
	if (lexeme->text[length] != '\0')
		EditReplace(work, right->first, right->last, quote_literal_cstr(trimmed));

	/* once is enough, however many literals it is compared with */
	if (left->trimmed)
		return;

	left->trimmed = true;
	EditInsertBefore(work, left->first, "pg_catalog.rtrim(");
	EditInsertAfter(work, left->last, ")");
}

/* Whether an expression is a call of rtrim, made by an earlier rewrite or by hand. */
static bool
IsTrimmed(Rewriting *work, const TreeExpr *expr)
{
	return expr->kind == EXPR_CALL && LexemeIsAt(work->list, expr->name, "rtrim");
}

/* What stands on the left of a comparison: a text before a truth value. */
static int
ComparisonRank(Oid type)
{
	return TypeIsText(type) ? 2 : type == BOOLOID ? 1 : 0;
}

void
RewriteComparison(Rewriting *work, TreeExpr *left, Oid left_type, TreeExpr *right, Oid right_type,
				  bool ordered)
{
	const char *target;

	if (left_type == JSONBOID || right_type == JSONBOID)
	{
		bool swap = left_type != JSONBOID;
		Oid type = swap ? left_type : right_type;

		/* a string that is no date is none, too, and NULL */
		if (!CompareSuper(work, swap ? right : left, swap ? left : right, type, ordered) &&
			TypeSpell(type) != NULL)
			CoerceExpr(work, swap ? right : left, JSONBOID, TypeSpell(type));
		return;
	}

	/* half of the cases are enough: a literal, which has no type yet, stands on the right */
	if (right->kind != EXPR_STRING &&
		(left->kind == EXPR_STRING || ComparisonRank(right_type) > ComparisonRank(left_type)))
	{
		RewriteComparison(work, right, right_type, left, left_type, ordered);
		return;
	}

	/* VARBYTE is compared by its bytes, whatever the other side is */
	if (left_type == BYTEAOID || right_type == BYTEAOID)
	{
		CoerceToBytes(work, left, left_type);
		CoerceToBytes(work, right, right_type);
		return;
	}

	if (right->kind == EXPR_STRING)
		CompareLiteral(work, left, left_type, right);
	else if (TypeIsText(left_type) &&
			 ((TypeIsNumber(right_type) && right_type != NUMERICOID) || right_type == OIDOID))
		/* whole numbers and texts are compared as texts, so that what is no number raises no error */
		CoerceToText(work, right, right_type);
	else if (TypeIsText(left_type) && (target = TypeSpell(right_type)) != NULL)
		/* a date or a number with a fraction: the text is read as one of its kind */
		CoerceExpr(work, left, left_type, target);
	else if (left_type == BOOLOID && TypeIsInteger(right_type))
		/* TRUE = 1, as Redshift has it */
		CoerceExpr(work, left, left_type, "integer");
}

/* Makes a value comparable with a literal. */
static void
CompareLiteral(Rewriting *work, TreeExpr *left, Oid left_type, TreeExpr *right)
{
	/* Trailing blanks count for nothing (AWS: r_Character_types): the literal's are cut, or both are. */
	if (left_type == VARCHAROID || left_type == TEXTOID)
	{
		if (!IsTrimmed(work, left))
			CompareBlanks(work, left, right);
		return;
	}

	/* a number beside a text that is none is compared as text, so that it is simply different */
	if (TypeIsNumber(left_type) && !LooksNumeric(LexemeAt(work->list, right->first)->text))
		CoerceToText(work, left, left_type);
}

/* Rewrites a binary operator that is no comparison, and tells its type. */
Oid
RewriteOperator(Rewriting *work, TreeExpr *expr, Oid left, Oid right)
{
	const char *op = LexemeAt(work->list, expr->op)->text;
	TreeExpr *left_expr = linitial(expr->children);
	TreeExpr *right_expr = lsecond(expr->children);
	Oid type;

	/* VARBYTE has operators of its own; the other side is cast to it */
	if (RewriteVarbyteOperator(work, expr, left, right))
		return BYTEAOID;
	if (RewriteSuperOperator(work, expr, left, right))
		return JSONBOID;
	if (strcmp(op, "||") == 0)
	{
		bool left_text = TypeIsText(left) || left == UNKNOWNOID;
		bool right_text = TypeIsText(right) || right == UNKNOWNOID;

		/* || takes anything beside a text; with none, one has to be made one */
		if (left == JSONBOID || (!left_text && !right_text && OidIsValid(right)))
			CoerceToText(work, left_expr, left);
		if (right == JSONBOID)
			CoerceToText(work, right_expr, right);
		return VARCHAROID;
	}

	/* not arithmetic: nothing is known of it */
	if (strlen(op) != 1 || strchr("+-*/%^", op[0]) == NULL)
		return InvalidOid;
	if (op[0] == '+' && (TypeIsText(left) || TypeIsText(right)) &&
		(TypeIsText(left) || left == UNKNOWNOID) && (TypeIsText(right) || right == UNKNOWNOID))
	{
		/* text + text joins, as in the catalog scripts that AWS publishes */
		EditReplace(work, expr->op, expr->op, "||");
		return VARCHAROID;
	}

	/* operands are cast first, for the result follows from what they become */
	CoerceOperands(work, expr, &left, &right);
	type = ArithmeticType(op, left, right);

	/* DECIMAL results have a precision and a scale of their own */
	if (type == NUMERICOID)
		RewriteDecimalOperator(work, expr, left, right);
	return type;
}

/* Rewrites ||, +, & and | where an operand is VARBYTE and the other may be; false when it is no such operator. */
static bool
RewriteVarbyteOperator(Rewriting *work, TreeExpr *expr, Oid left, Oid right)
{
	const char *op = LexemeAt(work->list, expr->op)->text;
	bool bits = strcmp(op, "&") == 0 || strcmp(op, "|") == 0;

	/* both, and beside VARBYTE only what can become one */
	if ((left != BYTEAOID && right != BYTEAOID) ||
		(left != BYTEAOID && left != UNKNOWNOID && !TypeIsText(left)) ||
		(right != BYTEAOID && right != UNKNOWNOID && !TypeIsText(right)))
		return false;

	/* only these four */
	if (!bits && strcmp(op, "||") != 0 && strcmp(op, "+") != 0)
		return false;

	CoerceToBytes(work, linitial(expr->children), left);
	CoerceToBytes(work, lsecond(expr->children), right);
	if (!bits)
		EditReplace(work, expr->op, expr->op, "||");
	else
	{
		EditInsertBefore(work, expr->first,
						 op[0] == '&' ? REDSHIFT_SCHEMA ".varbyte_and("
									  : REDSHIFT_SCHEMA ".varbyte_or(");
		EditReplace(work, expr->op, expr->op, ",");
		EditInsertAfter(work, expr->last, ")");
		expr->renamed = true;
	}

	return true;
}

/* Rewrites ~ of a VARBYTE. */
Oid
RewriteVarbyteComplement(Rewriting *work, TreeExpr *expr)
{
	EditReplace(work, expr->op, expr->op, REDSHIFT_SCHEMA ".varbyte_not(");
	EditInsertAfter(work, expr->last, ")");
	expr->renamed = true;
	return BYTEAOID;
}

/* Casts VARCHAR and SUPER operands of arithmetic to what the other operand asks for; tells the new types. */
static void
CoerceOperands(Rewriting *work, TreeExpr *expr, Oid *left, Oid *right)
{
	char op = LexemeAt(work->list, expr->op)->text[0];
	TreeExpr *left_expr = linitial(expr->children);
	TreeExpr *right_expr = lsecond(expr->children);
	bool left_text = TypeIsText(*left) || *left == JSONBOID;
	bool right_text = TypeIsText(*right) || *right == JSONBOID;
	Oid number = op == '%' ? NUMERICOID : FLOAT8OID; /* % isn't for double precision */
	Oid left_type = number;
	Oid right_type = number;

	/* beside a timestamp a text is one, too; beside an interval it is what the interval is added to */
	if (left_text && TypeIsTimestamp(*right))
		left_type = *right;
	else if (right_text && TypeIsTimestamp(*left))
		right_type = *left;
	else if (TypeIsText(*left) && *right == INTERVALOID && op != '*')
		left_type = TIMESTAMPOID;

	/* what the other operand is must be known, or the cast could be the wrong one */
	left_text = left_text && OidIsValid(*right);
	right_text = right_text && OidIsValid(*left);
	if (left_text)
		CoerceExpr(work, left_expr, *left, TypeSpell(left_type));
	if (right_text)
		CoerceExpr(work, right_expr, *right, TypeSpell(right_type));
	*left = left_text ? left_type : *left;
	*right = right_text ? right_type : *right;
}

/* The type that PostgreSQL gives to the result of arithmetic. */
static Oid
ArithmeticType(const char *op, Oid left, Oid right)
{
	/* exponents are floats on both */
	if (TypeIsNumber(left) && TypeIsNumber(right))
		return op[0] == '^' ? FLOAT8OID : TypeCommon(left, right);

	/* an untyped literal is read as the other operand's type */
	if (left == UNKNOWNOID && TypeIsNumber(right))
		return right;
	if (right == UNKNOWNOID && TypeIsNumber(left))
		return left;

	/* an interval may be added, multiplied and divided */
	if (left == INTERVALOID && (right == INTERVALOID || TypeIsNumber(right)))
		return INTERVALOID;
	if (right == INTERVALOID && TypeIsNumber(left))
		return INTERVALOID;

	/* a date and an interval make a timestamp, for the interval may have hours */
	if (TypeIsTimestamp(left) && right == INTERVALOID)
		return left == DATEOID ? TIMESTAMPOID : left;
	if (left == INTERVALOID && TypeIsTimestamp(right))
		return right == DATEOID ? TIMESTAMPOID : right;

	/* a date and a number of days */
	if (left == DATEOID && TypeIsInteger(right))
		return DATEOID;
	if (left == DATEOID && right == DATEOID)
		return INT4OID;

	/* the difference of timestamps has a time, that of dates is days */
	if (TypeIsTimestamp(left) && TypeIsTimestamp(right))
		return INTERVALOID;

	return InvalidOid;
}

/*
 * What stands around a simple expression to cast it as INSERT and UPDATE do,
 * where PostgreSQL has no such assignment; false when nothing has to.
 */
bool
AssignmentCast(Oid from, Oid to, int32 typmod, const char **before, const char **after)
{
	const char *target = TypeSpell(to);

	/* a cast by a suffix has nothing before it */
	*before = "";
	if (from == JSONBOID && (TypeIsText(to) || target != NULL))
		/* a SUPER's string without its quotes */
		SuperCast(TypeIsText(to) ? NULL : target, before, after);
	else if ((TypeIsText(from) || TypeIsNumber(from) || from == BOOLOID) && to == JSONBOID)
	{
		*before = "pg_catalog.to_jsonb(";
		*after = TypeIsText(from) ? "::text)" : ")";
	}
	else if (TypeIsText(from) && to == BYTEAOID)
	{
		*before = REDSHIFT_SCHEMA ".varbyte(";
		*after = ")";
	}
	else if (TypeIsText(from) && to == NUMERICOID && typmod >= (int32)VARHDRSZ)
	{
		/*
		 * VARCHAR to DECIMAL truncates: '263.99302' becomes 263 (not documented by AWS; chosen because
		 * Redshift was seen to do so)
		 */
		*before = REDSHIFT_SCHEMA ".truncated(";
		*after = psprintf(", %d)", DecimalScale(typmod));
	}
	else if (TypeIsText(from) && target != NULL)
		*after = psprintf("::%s", target);
	else if (TypeIsNumber(from) && to == BOOLOID)
		/* INTEGER is the one number that PostgreSQL casts to BOOLEAN, and back */
		*after = "::integer::boolean";
	else if (from == BOOLOID && TypeIsNumber(to))
		*after = "::integer";
	else
		return false;
	return true;
}

/* Casts what INSERT or UPDATE puts into a column. */
void
CoerceAssignment(Rewriting *work, TreeExpr *expr, Oid from, Oid to, int32 typmod)
{
	const char *before;
	const char *after;
	bool bare;

	/* PostgreSQL makes text of CASE and COALESCE of literals, which it leaves open by themselves */
	if (from == UNKNOWNOID && (expr->kind == EXPR_CASE || expr->kind == EXPR_CALL))
		from = TEXTOID;

	/* a literal is a string of a SUPER and the bytes of a VARBYTE, not what PostgreSQL reads in it */
	if (expr->kind == EXPR_STRING && (to == JSONBOID || to == BYTEAOID))
		from = TEXTOID;
	if (!AssignmentCast(from, to, typmod, &before, &after))
		return;

	/* x + y::integer would cast y only */
	bare = before[0] == '\0' && !IsSimple(expr);
	EditInsertBefore(work, expr->first, bare ? "(" : before);
	EditInsertAfter(work, expr->last, bare ? psprintf(")%s", after) : after);
}
