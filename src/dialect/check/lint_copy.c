/*
 * lint_copy.c
 *		What Redshift refuses in COPY and UNLOAD: no authorization, a role that
 *		is none, a region that isn't there.  What stands for a psql variable or
 *		is put together when it runs isn't judged.
 */
#include "postgres.h"

#include "dialect/check/lint.h"

static void CheckAuthorization(Lint *lint, const CopyStatement *copy);
static void CheckRole(Lint *lint, int lexeme);
static void CheckRegion(Lint *lint, int lexeme);

/* Checks a COPY. */
void
LintCopy(Lint *lint)
{
	const CopyStatement *copy = lint->statement->copy;
	ListCell *cell;

	/* PostgreSQL's spelling isn't meant for Redshift */
	if (copy == NULL || copy->postgres)
		return;

	CheckAuthorization(lint, copy);
	foreach (cell, copy->options)
	{
		const CopyOptionUse *use = lfirst(cell);

		/* a variable may stand for anything */
		if (use->value < 0 || lint->list->lexemes[use->value].kind != LEXEME_STRING)
			continue;
		if (strcmp(use->rule->name, "iam_role") == 0)
			CheckRole(lint, use->value);
		else if (strcmp(use->rule->name, "region") == 0)
			CheckRegion(lint, use->value);
	}
}

/* COPY from S3 says who reads there (AWS: copy-parameters-authorization). */
static void
CheckAuthorization(Lint *lint, const CopyStatement *copy)
{
	static const char *const forms[] = {"iam_role", "credentials", "access_key_id"};
	ListCell *cell;

	foreach (cell, copy->options)
		for (size_t i = 0; i < lengthof(forms); i++)
			if (strcmp(((CopyOptionUse *)lfirst(cell))->rule->name, forms[i]) == 0)
				return;
	LintAdd(lint, lint->statement->first, "copy-authorization", true,
			"Say IAM_ROLE 'arn:aws:iam::<account>:role/<name>', or IAM_ROLE DEFAULT.",
			"COPY goes with IAM_ROLE or CREDENTIALS on Redshift");
}

/* A role is DEFAULT, an ARN, or several of them with commas between. */
static void
CheckRole(Lint *lint, int lexeme)
{
	const char *arn = lint->list->lexemes[lexeme].text;

	if (pg_strcasecmp(arn, "default") == 0 || strncmp(arn, "arn:aws", 7) == 0)
		return;

	LintAdd(lint, lexeme, "iam-role", true,
			"It looks like arn:aws:iam::<account of 12 digits>:role/<name>.",
			"IAM_ROLE is not the ARN of a role");
}

/* Regions that have Amazon Redshift; a new one is a line. */
static const char *const regions[] = {
	"af-south-1",	  "ap-east-1",		"ap-east-2",	  "ap-northeast-1", "ap-northeast-2",
	"ap-northeast-3", "ap-south-1",		"ap-south-2",	  "ap-southeast-1", "ap-southeast-2",
	"ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-6", "ap-southeast-7",
	"ca-central-1",	  "ca-west-1",		"cn-north-1",	  "cn-northwest-1", "eu-central-1",
	"eu-central-2",	  "eu-north-1",		"eu-south-1",	  "eu-south-2",		"eu-west-1",
	"eu-west-2",	  "eu-west-3",		"il-central-1",	  "me-central-1",	"me-south-1",
	"mx-central-1",	  "sa-east-1",		"us-east-1",	  "us-east-2",		"us-gov-east-1",
	"us-gov-west-1",  "us-west-1",		"us-west-2",
};

/* Checks the name of a region. */
static void
CheckRegion(Lint *lint, int lexeme)
{
	const char *name = lint->list->lexemes[lexeme].text;

	for (size_t i = 0; i < lengthof(regions); i++)
		if (pg_strcasecmp(regions[i], name) == 0)
			return;
	LintAdd(lint, lexeme, "region", true, "Regions are written like us-west-2.",
			"there is no region \"%s\"", name);
}
