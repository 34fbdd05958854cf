/*
 * credentials_file.c
 *		Profiles of the shared files ~/.aws/config and ~/.aws/credentials (AWS:
 *		sdkref/latest/guide/file-format).
 */
#include "source/aws/credentials/credentials_source.h"

#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "source/base/text_buffer.h"

#define FILE_MAX ((size_t)1024 * 1024)
#define PROFILE_DEPTH_MAX 5

typedef enum ProfileKey
{
	PROFILE_ACCESS_KEY_ID,
	PROFILE_SECRET_ACCESS_KEY,
	PROFILE_SESSION_TOKEN,
	PROFILE_ROLE_ARN,
	PROFILE_SOURCE_PROFILE,
	PROFILE_CREDENTIAL_SOURCE,
	PROFILE_ROLE_SESSION_NAME,
	PROFILE_EXTERNAL_ID,
	PROFILE_DURATION_SECONDS,
	PROFILE_MFA_SERIAL,
	PROFILE_WEB_IDENTITY_TOKEN_FILE,
	PROFILE_CREDENTIAL_PROCESS,
	PROFILE_SSO_SESSION,
	PROFILE_SSO_START_URL,
	PROFILE_KEYS
} ProfileKey;

/* What both files say about one profile. */
typedef struct Profile
{
	bool found;
	char *values[PROFILE_KEYS]; /* NULL where not said */
} Profile;

static const char *const key_names[PROFILE_KEYS] = {
	[PROFILE_ACCESS_KEY_ID] = "aws_access_key_id",
	[PROFILE_SECRET_ACCESS_KEY] = "aws_secret_access_key",
	[PROFILE_SESSION_TOKEN] = "aws_session_token",
	[PROFILE_ROLE_ARN] = "role_arn",
	[PROFILE_SOURCE_PROFILE] = "source_profile",
	[PROFILE_CREDENTIAL_SOURCE] = "credential_source",
	[PROFILE_ROLE_SESSION_NAME] = "role_session_name",
	[PROFILE_EXTERNAL_ID] = "external_id",
	[PROFILE_DURATION_SECONDS] = "duration_seconds",
	[PROFILE_MFA_SERIAL] = "mfa_serial",
	[PROFILE_WEB_IDENTITY_TOKEN_FILE] = "web_identity_token_file",
	[PROFILE_CREDENTIAL_PROCESS] = "credential_process",
	[PROFILE_SSO_SESSION] = "sso_session",
	[PROFILE_SSO_START_URL] = "sso_start_url",
};

/* The values of credential_source. */
static const struct NamedSource
{
	const char *name;
	CredentialSource source;
} named_sources[] = {
	{"Environment", CredentialsFromEnvironment},
	{"EcsContainer", CredentialsFromContainer},
	{"Ec2InstanceMetadata", CredentialsFromInstance},
};

typedef struct SharedFile
{
	const char *variable; /* that may say where it is */
	const char *name;	  /* below ~/.aws otherwise */
	bool is_config;
} SharedFile;

static const SharedFile shared_files[] = {
	{"AWS_SHARED_CREDENTIALS_FILE", "credentials", false},
	{"AWS_CONFIG_FILE", "config", true},
};

static bool ReadProfile(Profile *profile, const char *text, const char *name, bool is_config);
static void ClearProfile(Profile *profile);
static bool SectionIs(const char *line, size_t length, const char *name, bool is_config);
static bool TakeLine(Profile *profile, const char *line, size_t length);
static void Trim(const char **text, size_t *length);
static bool LoadProfile(const CredentialLookup *lookup, const char *name, Profile *profile,
						Failure *failure);
static bool LoadFile(const CredentialLookup *lookup, const SharedFile *file, const char *name,
					 Profile *profile, Failure *failure);
static char *HomeFile(const CredentialLookup *lookup, const char *file);
static CredentialStatus FromNamedProfile(const CredentialLookup *lookup, const char *name,
										 bool ignore_role, Credentials *credentials,
										 Failure *failure);
static CredentialStatus FromRole(const CredentialLookup *lookup, const char *name,
								 const Profile *profile, Credentials *credentials,
								 Failure *failure);
static CredentialStatus RoleSource(const CredentialLookup *lookup, const char *name,
								   const Profile *profile, Credentials *credentials,
								   Failure *failure);
static CredentialStatus FromKeys(const char *name, const Profile *profile, Credentials *credentials,
								 Failure *failure);

/* Takes the credentials of the profile asked for, of AWS_PROFILE, or of "default". */
CredentialStatus
CredentialsFromProfile(const CredentialLookup *lookup, Credentials *credentials, Failure *failure)
{
	const char *name = lookup->config->profile;
	CredentialStatus status;
	bool named;

	if (name == NULL)
		name = CredentialsEnv(lookup, "AWS_PROFILE");
	named = name != NULL;
	status = FromNamedProfile(lookup, named ? name : "default", false, credentials, failure);
	if (status == CREDENTIALS_ABSENT && named)
	{
		FailureSet(failure, FAILURE_CONFIG, "profile \"%s\" has no credentials", name);
		FailureHint(failure, "Profiles are read from the files ~/.aws/config and "
							 "~/.aws/credentials of the server's account, or those that "
							 "AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE name.");
		return CREDENTIALS_FAILED;
	}

	return status;
}

/*
 * Reads the part of a file's text about a profile; what the profile has
 * already stays.  In the config file its section is "[profile name]", but
 * "[default]"; in the credentials file "[name]".  False when memory ran out.
 */
static bool
ReadProfile(Profile *profile, const char *text, const char *name, bool is_config)
{
	bool inside = false, ok = true;

	while (*text != '\0' && ok)
	{
		size_t length = strcspn(text, "\n");

		if (text[0] == '[')
		{
			inside = SectionIs(text, length, name, is_config);
			profile->found = profile->found || inside;
		}
		else if (inside && length > 0 && strchr(" \t#;\r", text[0]) == NULL)
			ok = TakeLine(profile, text, length); /* an indented line is part of a nested setting */
		text += length + (text[length] == '\n');
	}

	return ok;
}

/* Wipes and releases the values. */
static void
ClearProfile(Profile *profile)
{
	for (int key = 0; key < PROFILE_KEYS; key++)
		TextWipeAndFree(profile->values[key]);
	memset(profile, 0, sizeof(*profile));
}

/* Tells whether a section's line is that of the profile. */
static bool
SectionIs(const char *line, size_t length, const char *name, bool is_config)
{
	const char *end = memchr(line, ']', length);
	const char *title = line + 1;
	size_t title_length;

	if (end == NULL)
		return false;

	title_length = (size_t)(end - title);
	Trim(&title, &title_length);
	if (is_config && title_length > 8 && strncmp(title, "profile", 7) == 0 &&
		strchr(" \t", title[7]) != NULL)
	{
		title += 8;
		title_length -= 8;
		Trim(&title, &title_length);
	}
	else if (is_config && strcmp(name, "default") != 0)
		return false;
	return title_length == strlen(name) && strncmp(title, name, title_length) == 0;
}

/* Takes "key = value" of a line, unless the key is known already or means nothing to us. */
static bool
TakeLine(Profile *profile, const char *line, size_t length)
{
	const char *equals = memchr(line, '=', length);
	const char *name = line, *value;
	size_t name_length, value_length;

	/* a line without a key says nothing to us, and is no error */
	if (equals == NULL)
		return true;

	name_length = (size_t)(equals - line);
	value = equals + 1;
	value_length = length - name_length - 1;

	/* cut at the first one: value_length shrinks, which ends the loop */
	for (size_t i = 1; i < value_length; i++)
		if ((value[i] == '#' || value[i] == ';') && strchr(" \t", value[i - 1]) != NULL)
			value_length = i; /* a comment needs a blank before it */
	Trim(&name, &name_length);
	Trim(&value, &value_length);
	for (int key = 0; key < PROFILE_KEYS; key++)
	{
		if (strlen(key_names[key]) != name_length ||
			strncasecmp(key_names[key], name, name_length) != 0)
			continue;

		/* the first of two lines holds, and an empty one is none */
		if (profile->values[key] == NULL && value_length > 0)
			return (profile->values[key] = strndup(value, value_length)) != NULL;
	}

	return true;
}

/* Leaves out blanks on both sides. */
static void
Trim(const char **text, size_t *length)
{
	while (*length > 0 && strchr(" \t\r", **text) != NULL)
		(*text)++, (*length)--;
	while (*length > 0 && strchr(" \t\r", (*text)[*length - 1]) != NULL)
		(*length)--;
}

/* Reads both files; what the first one says wins. */
static bool
LoadProfile(const CredentialLookup *lookup, const char *name, Profile *profile, Failure *failure)
{
	memset(profile, 0, sizeof(*profile));
	for (size_t i = 0; i < sizeof(shared_files) / sizeof(shared_files[0]); i++)
		if (!LoadFile(lookup, &shared_files[i], name, profile, failure))
		{
			ClearProfile(profile);
			return false;
		}
	return true;
}

/* Reads one file; one that is not there says nothing. */
static bool
LoadFile(const CredentialLookup *lookup, const SharedFile *file, const char *name, Profile *profile,
		 Failure *failure)
{
	const char *given = CredentialsEnv(lookup, file->variable);
	char *path = given != NULL ? strdup(given) : HomeFile(lookup, file->name);
	char *text = path != NULL ? CredentialsReadFile(path, FILE_MAX) : NULL;
	bool ok = true;

	/*
	 * A file that isn't there, or that this account may not read, says nothing. What else keeps
	 * it from being read is an error.
	 */
	if (text != NULL && !ReadProfile(profile, text, name, file->is_config))
	{
		(void)FailureNoMemory(failure);
		ok = false;
	}
	else if (text == NULL && path != NULL && errno != ENOENT && errno != ENOTDIR && errno != EACCES)
	{
		FailureSet(failure, FAILURE_IO, "could not read file \"%s\": %s", path, strerror(errno));
		ok = false;
	}

	/* it holds keys */
	TextWipeAndFree(text);
	free(path);

	return ok;
}

/* The path of a file in ~/.aws; NULL without a home. */
static char *
HomeFile(const CredentialLookup *lookup, const char *file)
{
	const char *home = CredentialsEnv(lookup, "HOME");
	struct passwd entry, *found = NULL;
	char buffer[4096];

	if (home == NULL && getpwuid_r(geteuid(), &entry, buffer, sizeof(buffer), &found) == 0 &&
		found != NULL)
		home = found->pw_dir;
	return home != NULL ? TextPrint("%s/.aws/%s", home, file) : NULL;
}

/*
 * Takes the credentials of a profile: those of its role, its own keys, or what
 * its process says.  A role whose source is its own profile is opened by the
 * profile's keys: ignore_role is for them.
 */
static CredentialStatus
FromNamedProfile(const CredentialLookup *lookup, const char *name, bool ignore_role,
				 Credentials *credentials, Failure *failure)
{
	Profile profile;
	CredentialStatus status = CREDENTIALS_ABSENT;

	/* a chain of source profiles may be a circle, which only its length shows */
	if (lookup->depth > PROFILE_DEPTH_MAX)
	{
		FailureSet(failure, FAILURE_CONFIG, "profile \"%s\" leads back to itself", name);
		return CREDENTIALS_FAILED;
	}

	if (!LoadProfile(lookup, name, &profile, failure))
		return CREDENTIALS_FAILED;

	/* a role comes first: the keys beside it are those that open it */
	if (profile.values[PROFILE_ROLE_ARN] != NULL && !ignore_role)
		status = FromRole(lookup, name, &profile, credentials, failure);
	else if (profile.values[PROFILE_ACCESS_KEY_ID] != NULL ||
			 profile.values[PROFILE_SECRET_ACCESS_KEY] != NULL)
		status = FromKeys(name, &profile, credentials, failure);
	else if (profile.values[PROFILE_CREDENTIAL_PROCESS] != NULL)
		status = CredentialsFromProcess(lookup, profile.values[PROFILE_CREDENTIAL_PROCESS],
										credentials, failure);
	else if (profile.values[PROFILE_SSO_SESSION] != NULL ||
			 profile.values[PROFILE_SSO_START_URL] != NULL)
	{
		/* signing in takes a browser and a person, neither of which a server has */
		FailureSet(failure, FAILURE_CONFIG, "profile \"%s\" signs in through a browser (SSO)",
				   name);
		FailureHint(failure,
					"Add a profile whose credential_process is \"aws configure "
					"export-credentials --profile %s\".",
					name);
		status = CREDENTIALS_FAILED;
	}

	ClearProfile(&profile);

	return status;
}

/* Assumes a profile's role, with its token file or with the credentials of its source. */
static CredentialStatus
FromRole(const CredentialLookup *lookup, const char *name, const Profile *profile,
		 Credentials *credentials, Failure *failure)
{
	const char *seconds = profile->values[PROFILE_DURATION_SECONDS];
	AssumedRole role = {.arn = profile->values[PROFILE_ROLE_ARN],
						.session_name = profile->values[PROFILE_ROLE_SESSION_NAME],
						.external_id = profile->values[PROFILE_EXTERNAL_ID],
						.token_file = profile->values[PROFILE_WEB_IDENTITY_TOKEN_FILE],
						.seconds = seconds != NULL ? atoi(seconds) : 0};
	CredentialStatus status;

	if (profile->values[PROFILE_MFA_SERIAL] != NULL)
	{
		FailureSet(failure, FAILURE_CONFIG,
				   "profile \"%s\" wants a code from an MFA device, and a server can't ask for one",
				   name);
		return CREDENTIALS_FAILED;
	}

	if (role.token_file == NULL)
	{
		status = RoleSource(lookup, name, profile, credentials, failure);
		if (status == CREDENTIALS_ABSENT)
			FailureSet(failure, FAILURE_CONFIG,
					   "profile \"%s\" has a role, but its source has no credentials for it", name);
		if (status != CREDENTIALS_FOUND)
			return CREDENTIALS_FAILED;
	}

	return CredentialsAssumeRole(lookup, &role, credentials, failure) ? CREDENTIALS_FOUND
																	  : CREDENTIALS_FAILED;
}

/* Takes the credentials that open a profile's role. */
static CredentialStatus
RoleSource(const CredentialLookup *lookup, const char *name, const Profile *profile,
		   Credentials *credentials, Failure *failure)
{
	const char *source = profile->values[PROFILE_SOURCE_PROFILE];
	const char *kind = profile->values[PROFILE_CREDENTIAL_SOURCE];
	CredentialLookup deeper = *lookup;
	CredentialChainConfig config = *lookup->config;

	deeper.depth++;
	if (source != NULL)
		return FromNamedProfile(&deeper, source, strcmp(source, name) == 0, credentials, failure);

	config.profile = NULL; /* the environment is meant, though a profile was asked for */
	deeper.config = &config;
	for (size_t i = 0; kind != NULL && i < sizeof(named_sources) / sizeof(named_sources[0]); i++)
		if (strcmp(named_sources[i].name, kind) == 0)
			return named_sources[i].source(&deeper, credentials, failure);
	FailureSet(failure, FAILURE_CONFIG,
			   "profile \"%s\" needs a source_profile, or a credential_source of Environment, "
			   "EcsContainer or Ec2InstanceMetadata",
			   name);
	return CREDENTIALS_FAILED;
}

/* Takes a profile's own keys. */
static CredentialStatus
FromKeys(const char *name, const Profile *profile, Credentials *credentials, Failure *failure)
{
	if (profile->values[PROFILE_ACCESS_KEY_ID] == NULL ||
		profile->values[PROFILE_SECRET_ACCESS_KEY] == NULL)
		FailureSet(failure, FAILURE_CONFIG,
				   "profile \"%s\" has only one of aws_access_key_id and aws_secret_access_key",
				   name);
	else if (!CredentialsSet(credentials, profile->values[PROFILE_ACCESS_KEY_ID],
							 profile->values[PROFILE_SECRET_ACCESS_KEY],
							 profile->values[PROFILE_SESSION_TOKEN]))
		(void)FailureNoMemory(failure);
	else
		return CREDENTIALS_FOUND;
	return CREDENTIALS_FAILED;
}
