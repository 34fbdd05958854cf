/*
 * http_head.c
 *		The head of an answer: its lines as they come, and its headers by name.
 */
#include "source/aws/http_head.h"

#include <string.h>
#include <strings.h>

#include "source/aws/http.h"

/* Forgets what was kept. */
void
HttpHeadBegin(HttpHead *head)
{
	head->length = 0;
	head->text[0] = '\0';
	head->interim = head->complete = false;
}

/* Keeps a header line; a status line begins a new set (after a 100 Continue). */
bool
HttpHeadTake(HttpHead *head, const char *line, size_t length)
{
	if (length >= 5 && strncmp(line, "HTTP/", 5) == 0)
	{
		head->length = 0;
		head->interim = strncmp(line + strcspn(line, " "), " 1", 2) == 0;
	}

	while (length > 0 && (line[length - 1] == '\n' || line[length - 1] == '\r'))
		length--;
	if (length == 0 && !head->interim)
		head->complete = true;
	if (head->length + length + 2 > sizeof(head->text))
		return false;

	memcpy(head->text + head->length, line, length);
	head->length += length;
	head->text[head->length++] = '\n';
	head->text[head->length] = '\0';

	return true;
}

/* Finds a header by name, case ignored. */
bool
HttpAnswerHeader(const HttpAnswer *answer, const char *name, char *value, size_t size)
{
	size_t name_length = strlen(name);

	value[0] = '\0';
	for (const char *line = answer->headers; *line != '\0';)
	{
		size_t length = strcspn(line, "\n");

		if (length > name_length && line[name_length] == ':' &&
			strncasecmp(line, name, name_length) == 0)
		{
			const char *start = line + name_length + 1;

			length -= name_length + 1;
			while (length > 0 && (*start == ' ' || *start == '\t'))
				start++, length--;
			if (length >= size)
				length = size - 1;
			memcpy(value, start, length);
			value[length] = '\0';
			return true;
		}

		line += length + (line[length] == '\n');
	}

	return false;
}
