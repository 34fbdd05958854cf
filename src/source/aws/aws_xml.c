/*
 * aws_xml.c
 *		The few steps from an S3 answer to its texts.
 */
#include "source/aws/aws_xml.h"

#include <libxml/parser.h>
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "source/base/utf8.h"

static pthread_once_t parser_once = PTHREAD_ONCE_INIT;

static void KeepQuiet(void *state, xmlErrorPtr error);

/* Parses a document with everything dangerous off. */
xmlDoc *
AwsXmlParse(const char *text, size_t length)
{
	xmlStructuredErrorFunc handler;
	void *handler_state;
	xmlDoc *document;

	pthread_once(&parser_once, xmlInitParser);
	if (length == 0 || length > INT_MAX)
		return NULL;

	/* XML_PARSE_NOERROR leaves out errors of the encoding, which went to the server's standard error */
	handler = xmlStructuredError;
	handler_state = xmlStructuredErrorContext;
	xmlSetStructuredErrorFunc(NULL, (xmlStructuredErrorFunc)KeepQuiet);
	document = xmlReadMemory(text, (int)length, NULL, NULL,
							 XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
								 XML_PARSE_NOCDATA | XML_PARSE_COMPACT);
	xmlSetStructuredErrorFunc(handler_state, handler);
	/* no answer of S3 has a document type, and entities can only be declared there */
	if (document != NULL && (document->intSubset != NULL || document->extSubset != NULL ||
							 xmlDocGetRootElement(document) == NULL))
	{
		xmlFreeDoc(document);
		return NULL;
	}

	return document;
}

/* Finds a child element by name. */
xmlNode *
AwsXmlChild(const xmlNode *node, const char *name)
{
	return node == NULL ? NULL : AwsXmlNext(node->children, name);
}

/* Finds the next element by name. */
xmlNode *
AwsXmlNext(xmlNode *node, const char *name)
{
	while (node != NULL &&
		   (node->type != XML_ELEMENT_NODE || strcmp((const char *)node->name, name) != 0))
		node = node->next;
	return node;
}

/* Copies the text of a node to a string of the C library's. */
char *
AwsXmlText(const xmlNode *node)
{
	xmlChar *content = node == NULL ? NULL : xmlNodeGetContent(node);
	char *text;

	if (node != NULL && content == NULL)
		return NULL;

	text = strdup(content != NULL ? (const char *)content : "");
	xmlFree(content);

	return text;
}

/* Copies the text of a child into a buffer. */
void
AwsXmlCopy(const xmlNode *node, const char *name, char *text, size_t size)
{
	char *content = AwsXmlText(AwsXmlChild(node, name));
	size_t length = content != NULL ? strlen(content) : 0;

	if (length >= size)
		length = Utf8Clip(content, length, size - 1);
	if (length > 0)
		memcpy(text, content, length);
	text[length] = '\0';
	free(content);
}

/* Prints no error: who asked for the document says what is wrong with it. */
static void
KeepQuiet(void *state, xmlErrorPtr error)
{
	(void)state;
	(void)error;
}
