/*
 * special_bytes.c
 *		Sets of bytes that a format must treat.
 */
#include "source/write/special_bytes.h"

/* Fills in the set. */
void
SpecialBytesInit(SpecialBytes *set, const char *bytes, size_t count, bool controls)
{
	memset(set, 0, sizeof(*set));
	for (size_t i = 0; i < SPECIAL_MAX; i++)
		memset(&set->bytes[i], bytes[i < count ? i : 0], sizeof(ByteVector));
	for (size_t i = 0; i < count; i++)
		set->is_special[(unsigned char)bytes[i]] = true;
	memset(&set->controls, controls ? ' ' : 0, sizeof(ByteVector));
	for (int byte = 0; controls && byte < ' '; byte++)
		set->is_special[byte] = true;
}
