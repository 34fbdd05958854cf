/*
 * store_options.c
 *		Checks the options of stores when they are set, and reads them back.
 *
 * Everything follows one table: which object an option belongs to, what a
 * value must look like, which field it fills.
 */
#include "stores/store_options.h"

#include <sys/stat.h>

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/reloptions.h"
#include "access/table.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_foreign_data_wrapper.h"
#include "catalog/pg_foreign_server.h"
#include "catalog/pg_foreign_table.h"
#include "catalog/pg_user_mapping.h"
#include "commands/defrem.h"
#include "fmgr.h"
#include "foreign/foreign.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "source/aws/credentials/credentials.h"
#include "source/aws/aws_request.h"
#include "source/aws/http.h"
#include "source/s3/s3_store.h"
#include "utils/acl.h"
#include "utils/builtins.h"

typedef enum OptionKind
{
	OPTION_REGION,
	OPTION_KEY, /* or a session token */
	OPTION_SWITCH,
	OPTION_NUMBER,
	OPTION_LOCATION,
	OPTION_ENDPOINT,
	OPTION_FILE,   /* an absolute path of the server's, for those who may read its files */
	OPTION_PROFILE /* of the server's own AWS configuration: likewise */
} OptionKind;

typedef struct StoreOption
{
	const char *name;
	Oid catalog;
	OptionKind kind;
	size_t field; /* offset in StoreOptions */
	int least;	  /* NUMBER: the range */
	int most;
} StoreOption;

#define FIELD(name) offsetof(StoreOptions, name)

static const StoreOption Options[] = {
	{"location", ForeignServerRelationId, OPTION_LOCATION, FIELD(location)},
	{"region", ForeignServerRelationId, OPTION_REGION, FIELD(region)},
	{"endpoint", ForeignServerRelationId, OPTION_ENDPOINT, FIELD(endpoint)},
	{"path_style", ForeignServerRelationId, OPTION_SWITCH, FIELD(path_style)},
	{"mirror", ForeignServerRelationId, OPTION_FILE, FIELD(mirror)},
	{"anonymous", ForeignServerRelationId, OPTION_SWITCH, FIELD(anonymous)},
	{"requester_pays", ForeignServerRelationId, OPTION_SWITCH, FIELD(requester_pays)},
	{"ca_bundle", ForeignServerRelationId, OPTION_FILE, FIELD(ca_bundle)},
	{"connect_timeout", ForeignServerRelationId, OPTION_NUMBER, FIELD(connect_timeout), 1, 3600},
	{"transfer_timeout", ForeignServerRelationId, OPTION_NUMBER, FIELD(transfer_timeout), 1, 3600},
	{"retries", ForeignServerRelationId, OPTION_NUMBER, FIELD(retries), 0, 100},
	{"deadline", ForeignServerRelationId, OPTION_NUMBER, FIELD(deadline), 1, 86400},
	{"window", ForeignServerRelationId, OPTION_NUMBER, FIELD(window), 1, 1024},
	{"assume_role", ForeignServerRelationId, OPTION_SWITCH, FIELD(assume_role)},
	{"writable", ForeignServerRelationId, OPTION_SWITCH, FIELD(writable)},
	{"sts_endpoint", ForeignServerRelationId, OPTION_ENDPOINT, FIELD(sts_endpoint)},
	{"access_key_id", UserMappingRelationId, OPTION_KEY, FIELD(access_key_id)},
	{"secret_access_key", UserMappingRelationId, OPTION_KEY, FIELD(secret_access_key)},
	{"session_token", UserMappingRelationId, OPTION_KEY, FIELD(session_token)},
	{"profile", UserMappingRelationId, OPTION_PROFILE, FIELD(profile)},
};

PG_FUNCTION_INFO_V1(sparkify_s3_validator);

static const StoreOption *FindOption(const char *name, Oid catalog);
static void RaiseUnknownOption(const char *name, Oid catalog);
static void CheckOption(const StoreOption *option, DefElem *element);
static void CheckSwitch(const StoreOption *option, const char *value);
static void CheckNumber(const StoreOption *option, const char *value);
static void CheckLocation(const char *value);
static void CheckEndpoint(const StoreOption *option, const char *value);
static void CheckRegion(const StoreOption *option, const char *value);
static void CheckKey(const StoreOption *option, const char *value);
static void CheckServerFile(const StoreOption *option, const char *value);
static void CheckPrivilege(const StoreOption *option);
static void CheckDirectory(const char *value);
static void CheckOverlap(const char *location);
static bool Overlap(const char *one, const char *other);
static void CheckTogether(const StoreOptions *options, Oid catalog);
static char *FullLocation(const char *value);

/* Checks the options of a server, user mapping or wrapper as CREATE and ALTER give them. */
Datum
sparkify_s3_validator(PG_FUNCTION_ARGS)
{
	List *list = untransformRelOptions(PG_GETARG_DATUM(0));
	Oid catalog = PG_GETARG_OID(1);
	StoreOptions options;
	ListCell *cell;

	if (catalog == ForeignTableRelationId)
		ereport(ERROR, errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				errmsg("sparkify_s3 has no foreign tables"),
				errhint("Load objects into a table with COPY ... FROM 's3://...'."));
	foreach (cell, list)
	{
		DefElem *element = lfirst_node(DefElem, cell);
		const StoreOption *option = FindOption(element->defname, catalog);

		if (option == NULL)
			RaiseUnknownOption(element->defname, catalog);
		CheckOption(option, element);
	}

	StoreOptionsInit(&options);
	StoreOptionsRead(&options, list);
	CheckTogether(&options, catalog);
	if (options.mirror != NULL)
		CheckDirectory(options.mirror);
	if (catalog == ForeignServerRelationId)
		CheckOverlap(options.location);
	PG_RETURN_VOID();
}

/* Fills in the defaults. */
void
StoreOptionsInit(StoreOptions *options)
{
	memset(options, 0, sizeof(*options));
	options->connect_timeout = HTTP_CONNECT_TIMEOUT_S;
	options->transfer_timeout = HTTP_TRANSFER_TIMEOUT_S;
	options->retries = S3_RETRIES;
	options->deadline = S3_DEADLINE_S;
	options->window = S3_WINDOW;
}

/* Takes over the values of a list of DefElem, as the catalog has them: checked when they were set. */
void
StoreOptionsRead(StoreOptions *options, List *list)
{
	ListCell *cell;

	foreach (cell, list)
	{
		DefElem *element = lfirst_node(DefElem, cell);
		char *value = defGetString(element);

		for (int i = 0; i < (int)lengthof(Options); i++)
		{
			void *field = (char *)options + Options[i].field;

			if (strcmp(Options[i].name, element->defname) != 0)
				continue;

			/* the values were checked when they were set, so nothing can fail here */
			if (Options[i].kind == OPTION_SWITCH)
				(void)parse_bool(value, (bool *)field);
			else if (Options[i].kind == OPTION_NUMBER)
				*(int *)field = pg_strtoint32(value);
			else if (Options[i].kind == OPTION_LOCATION)
				*(char **)field = FullLocation(value);
			else
				*(char **)field = value;
		}
	}
}

/* Whether the user may reach this server's own files and credentials. */
bool
MayUseServerFiles(Oid user)
{
	return superuser_arg(user) || has_privs_of_role(user, ROLE_PG_READ_SERVER_FILES);
}

/* Whether the user may write files of this server's. */
bool
MayWriteServerFiles(Oid user)
{
	return superuser_arg(user) || has_privs_of_role(user, ROLE_PG_WRITE_SERVER_FILES);
}

/* Returns the option of that name that the catalog's objects have, or NULL. */
static const StoreOption *
FindOption(const char *name, Oid catalog)
{
	for (int i = 0; i < (int)lengthof(Options); i++)
		if (Options[i].catalog == catalog && strcmp(Options[i].name, name) == 0)
			return &Options[i];
	return NULL;
}

/* Raises the error for an option that doesn't exist, with the names of those that do. */
static void
RaiseUnknownOption(const char *name, Oid catalog)
{
	StringInfoData names;

	initStringInfo(&names);
	for (int i = 0; i < (int)lengthof(Options); i++)
		if (Options[i].catalog == catalog)
			appendStringInfo(&names, "%s%s", names.len > 0 ? ", " : "", Options[i].name);
	ereport(ERROR, errcode(ERRCODE_FDW_INVALID_OPTION_NAME), errmsg("invalid option \"%s\"", name),
			names.len > 0 ? errhint("Valid options in this context are: %s.", names.data)
						  : errhint("There are no valid options in this context."));
}

/* Raises an error unless the value is one the option can have. */
static void
CheckOption(const StoreOption *option, DefElem *element)
{
	const char *value = defGetString(element);

	/* an empty text would mean different things to different options */
	if (value[0] == '\0')
		ereport(ERROR, errcode(ERRCODE_FDW_INVALID_ATTRIBUTE_VALUE),
				errmsg("option \"%s\" must not be empty", option->name));
	switch (option->kind)
	{
		case OPTION_REGION:
			CheckRegion(option, value);
			break;
		case OPTION_KEY:
			CheckKey(option, value);
			break;
		case OPTION_SWITCH:
			CheckSwitch(option, value);
			break;
		case OPTION_NUMBER:
			CheckNumber(option, value);
			break;
		case OPTION_LOCATION:
			CheckLocation(value);
			break;
		case OPTION_ENDPOINT:
			CheckEndpoint(option, value);
			break;
		case OPTION_FILE:
			CheckServerFile(option, value);
			break;
		case OPTION_PROFILE:
			CheckPrivilege(option);
			break;
	}
}

/* Raises an error unless the value is a boolean. */
static void
CheckSwitch(const StoreOption *option, const char *value)
{
	bool ignored;

	if (!parse_bool(value, &ignored))
		ereport(ERROR, errcode(ERRCODE_FDW_INVALID_ATTRIBUTE_VALUE),
				errmsg("option \"%s\" requires a Boolean value, not \"%s\"", option->name, value));
}

/* Raises an error unless the value is an integer within the option's range. */
static void
CheckNumber(const StoreOption *option, const char *value)
{
	char *end;
	long number;

	errno = 0;
	number = strtol(value, &end, 10);
	if (errno != 0 || end == value || *end != '\0' || number < option->least ||
		number > option->most)
		ereport(ERROR, errcode(ERRCODE_FDW_INVALID_ATTRIBUTE_VALUE),
				errmsg("option \"%s\" requires an integer from %d to %d, not \"%s\"", option->name,
					   option->least, option->most, value));
}

/* Raises an error unless the value is s3://bucket or s3://bucket/prefix. */
static void
CheckLocation(const char *value)
{
	const char *bucket = value + strlen("s3://");
	size_t length;

	length =
		strncmp(value, "s3://", strlen("s3://")) == 0
			? strspn(bucket, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_")
			: 0;
	if (length == 0 || (bucket[length] != '\0' && bucket[length] != '/'))
		ereport(ERROR, errcode(ERRCODE_FDW_INVALID_ATTRIBUTE_VALUE),
				errmsg("invalid location \"%s\"", value),
				errdetail("A location is s3://bucket or s3://bucket/prefix."));
}

/* Raises an error unless the value is http(s)://host[:port] and no address of instance metadata. */
static void
CheckEndpoint(const StoreOption *option, const char *value)
{
	AwsEndpointFault fault = AwsEndpointCheck(value);

	if (fault == AWS_ENDPOINT_MALFORMED)
		ereport(ERROR, errcode(ERRCODE_FDW_INVALID_ATTRIBUTE_VALUE),
				errmsg("invalid value for option \"%s\": \"%s\"", option->name, value),
				errdetail("An endpoint is http://host[:port] or https://host[:port]."));
	if (fault == AWS_ENDPOINT_METADATA)
		ereport(ERROR, errcode(ERRCODE_FDW_INVALID_ATTRIBUTE_VALUE),
				errmsg("option \"%s\" must not be an address of instance metadata", option->name));
}

/* Raises an error unless the value can be a region's name. */
static void
CheckRegion(const StoreOption *option, const char *value)
{
	if (!AwsRegionIsValid(value))
		ereport(ERROR, errcode(ERRCODE_FDW_INVALID_ATTRIBUTE_VALUE),
				errmsg("invalid value for option \"%s\": \"%s\"", option->name, value),
				errdetail("A region is a name like us-west-2."));
}

/* Raises an error if the value has what no key has; the value is not told. */
static void
CheckKey(const StoreOption *option, const char *value)
{
	if (!CredentialTextIsValid(value))
		ereport(ERROR, errcode(ERRCODE_FDW_INVALID_ATTRIBUTE_VALUE),
				errmsg("option \"%s\" must not have control characters", option->name));
}

/* Raises an error unless the value is an absolute path and the user may read the server's files. */
static void
CheckServerFile(const StoreOption *option, const char *value)
{
	CheckPrivilege(option);
	if (!is_absolute_path(value))
		ereport(ERROR, errcode(ERRCODE_FDW_INVALID_ATTRIBUTE_VALUE),
				errmsg("option \"%s\" requires an absolute path, not \"%s\"", option->name, value));
}

/* Raises an error unless the user may reach this server's own files and credentials. */
static void
CheckPrivilege(const StoreOption *option)
{
	if (!MayUseServerFiles(GetUserId()))
		ereport(ERROR, errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				errmsg("permission denied to set option \"%s\"", option->name),
				errdetail("Only superusers and roles with the privileges of "
						  "pg_read_server_files may set it."));
}

/* Warns of a directory that isn't there: a dump is restored where it may come later. */
static void
CheckDirectory(const char *value)
{
	struct stat status;

	if (stat(value, &status) != 0)
		ereport(WARNING, errcode_for_file_access(),
				errmsg("mirror directory \"%s\" cannot be found: %m", value));
	else if (!S_ISDIR(status.st_mode))
		ereport(WARNING, errcode(ERRCODE_WRONG_OBJECT_TYPE),
				errmsg("mirror \"%s\" is no directory", value));
}

/*
 * A store of a longer location takes the objects below it away from a shorter
 * one, and with them its users' requests.  Only a superuser may come between a store
 * and its users; who has the rights of the other store's owner does not come between.
 */
static void
CheckOverlap(const char *location)
{
	ForeignDataWrapper *wrapper = GetForeignDataWrapperByName("sparkify_s3", true);
	Relation catalog = table_open(ForeignServerRelationId, AccessShareLock);
	SysScanDesc scan = systable_beginscan(catalog, InvalidOid, false, NULL, 0, NULL);
	HeapTuple tuple;

	while (wrapper != NULL && HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_foreign_server form = (Form_pg_foreign_server)GETSTRUCT(tuple);
		StoreOptions other;

		/* who has the owner's rights could change that store itself */
		if (form->srvfdw != wrapper->fdwid || has_privs_of_role(GetUserId(), form->srvowner))
			continue;
		StoreOptionsInit(&other);
		StoreOptionsRead(&other, GetForeignServer(form->oid)->options);
		if (other.location != NULL && Overlap(location, other.location))
			ereport(
				ERROR, errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				errmsg("location \"%s\" overlaps that of another owner's store", location),
				errdetail("Server \"%s\" serves \"%s\".", NameStr(form->srvname), other.location),
				errhint("Only a superuser may create a store there."));
	}

	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
}

/* Whether one location begins the other. */
static bool
Overlap(const char *one, const char *other)
{
	return strncmp(one, other, Min(strlen(one), strlen(other))) == 0;
}

/* Raises an error when options that are fine each don't go together. */
static void
CheckTogether(const StoreOptions *options, Oid catalog)
{
	/* a user mapping has no location */
	if (catalog == ForeignServerRelationId && options->location == NULL)
		ereport(ERROR, errcode(ERRCODE_FDW_DYNAMIC_PARAMETER_VALUE_NEEDED),
				errmsg("option \"location\" is required"),
				errhint("Say which objects the store has: OPTIONS (location 's3://bucket/')."));

	/* a directory has no endpoint */
	if (options->mirror != NULL && options->endpoint != NULL)
		ereport(ERROR, errcode(ERRCODE_FDW_INVALID_OPTION_NAME),
				errmsg("options \"mirror\" and \"endpoint\" exclude each other"));

	/* a role that may not write files of the server must not do so through a store */
	if (options->mirror != NULL && options->writable && !MayWriteServerFiles(GetUserId()))
		ereport(ERROR, errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				errmsg("permission denied to make a mirror writable"),
				errdetail("Only superusers and roles with the privileges of "
						  "pg_write_server_files may do so."));

	/* half a pair of keys signs nothing, and would show as a refusal by the store */
	if ((options->access_key_id == NULL) != (options->secret_access_key == NULL))
		ereport(ERROR, errcode(ERRCODE_FDW_DYNAMIC_PARAMETER_VALUE_NEEDED),
				errmsg("options \"access_key_id\" and \"secret_access_key\" need each other"));
	if (options->session_token != NULL && options->access_key_id == NULL)
		ereport(ERROR, errcode(ERRCODE_FDW_DYNAMIC_PARAMETER_VALUE_NEEDED),
				errmsg("option \"session_token\" needs \"access_key_id\""));

	/* two sources of keys: nobody could tell which one signs */
	if (options->profile != NULL && options->access_key_id != NULL)
		ereport(ERROR, errcode(ERRCODE_FDW_INVALID_OPTION_NAME),
				errmsg("options \"profile\" and \"access_key_id\" exclude each other"));
}

/* Returns the location with the '/' behind the bucket that may be left out: a bucket is no prefix of another's name. */
static char *
FullLocation(const char *value)
{
	return strchr(value + strlen("s3://"), '/') == NULL ? psprintf("%s/", value) : pstrdup(value);
}
