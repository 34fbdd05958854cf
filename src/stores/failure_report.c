/*
 * failure_report.c
 *		A Failure of source/ becomes a PostgreSQL error here, and nowhere else.
 */
#include "stores/failure_report.h"

#include "mb/pg_wchar.h"
#include "miscadmin.h"

static const struct
{
	FailureCode code;
	int errcode;
} ErrorCodes[] = {
	{FAILURE_CANCELLED, ERRCODE_QUERY_CANCELED},
	{FAILURE_MEMORY, ERRCODE_OUT_OF_MEMORY},
	{FAILURE_IO, ERRCODE_IO_ERROR},
	{FAILURE_NETWORK, ERRCODE_CONNECTION_FAILURE},
	{FAILURE_NOT_FOUND, ERRCODE_UNDEFINED_FILE},
	{FAILURE_DENIED, ERRCODE_INSUFFICIENT_PRIVILEGE},
	{FAILURE_STORE, ERRCODE_FDW_ERROR},
	{FAILURE_DATA, ERRCODE_BAD_COPY_FILE_FORMAT},
	{FAILURE_CONFIG, ERRCODE_INVALID_PARAMETER_VALUE},
	{FAILURE_ENCODING, ERRCODE_CHARACTER_NOT_IN_REPERTOIRE},
};

static int FailureErrorCode(FailureCode code);
static const char *Printable(const char *text);

/* Raises the failure; one that says "cancelled" first gives way to what PostgreSQL itself has to say. */
void
ReportFailure(const Failure *failure)
{
	if (failure->code == FAILURE_CANCELLED)
		CHECK_FOR_INTERRUPTS();
	ereport(ERROR, errcode(FailureErrorCode(failure->code)),
			errmsg("%s", Printable(failure->message)),
			failure->detail[0] != '\0' ? errdetail("%s", Printable(failure->detail)) : 0,
			failure->hint[0] != '\0' ? errhint("%s", Printable(failure->hint)) : 0);
}

/* Returns the SQLSTATE that says most about a failure. */
static int
FailureErrorCode(FailureCode code)
{
	for (int i = 0; i < (int)lengthof(ErrorCodes); i++)
		if (ErrorCodes[i].code == code)
			return ErrorCodes[i].errcode;
	return ERRCODE_INTERNAL_ERROR;
}

/* Returns the text, with '?' for what is no valid text of the server's: answers of stores can hold anything. */
static const char *
Printable(const char *text)
{
	char *copy;

	if (pg_verifymbstr(text, strlen(text), true))
		return text;

	copy = pstrdup(text);
	for (char *p = copy; *p != '\0'; p++)
		if (IS_HIGHBIT_SET(*p))
			*p = '?';
	return copy;
}
