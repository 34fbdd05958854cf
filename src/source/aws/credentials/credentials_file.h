/*
 * credentials_file.h
 *		The shared files ~/.aws/config and ~/.aws/credentials.
 */
#ifndef SPARKIFY_CREDENTIALS_FILE_H
#define SPARKIFY_CREDENTIALS_FILE_H

#include <stdbool.h>

#include "source/base/failure.h"

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

/*
 * Reads the part of a file's text about a profile; what the profile has
 * already stays.  In the config file its section is "[profile name]", but
 * "[default]"; in the credentials file "[name]".  False when memory ran out.
 */
extern bool ProfileRead(Profile *profile, const char *text, const char *name, bool is_config);

extern void ProfileClear(Profile *profile);

#endif /* SPARKIFY_CREDENTIALS_FILE_H */
