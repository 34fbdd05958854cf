/*
 * no_gettext.c
 *		Message catalogues that say everything in English, for servers under ASan.
 *
 * Preloaded behind ASan's runtime: with it, glibc 2.36's own wait for a lock that they hold, for ever.
 */
char *
bindtextdomain(const char *domain, const char *directory)
{
	return 0;
}

char *
bind_textdomain_codeset(const char *domain, const char *codeset)
{
	return 0;
}

char *
textdomain(const char *domain)
{
	return 0;
}

char *
gettext(const char *text)
{
	return (char *)text;
}

char *
dgettext(const char *domain, const char *text)
{
	return (char *)text;
}

char *
ngettext(const char *one, const char *many, unsigned long n)
{
	return (char *)(n == 1 ? one : many);
}

char *
dngettext(const char *domain, const char *one, const char *many, unsigned long n)
{
	return (char *)(n == 1 ? one : many);
}
