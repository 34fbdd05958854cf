/*
 * export_cloudformation.c
 *		What the warehouse needs around it, as a CloudFormation template, and
 *		the commands that remove it again.
 *
 * The template is one text with two gaps: the kind of deployment, and what the
 * role may read, which are exactly the places that the settings name.  No
 * password is in it: Secrets Manager makes the administrator's.
 */
#include "postgres.h"

#include "utils/json.h"

#include "warehouse/export/export.h"
#include "warehouse/settings.h"

#define SCHEME "s3://"

static const char template_head[] =
	"{\n"
	"  \"AWSTemplateFormatVersion\": \"2010-09-09\",\n"
	"  \"Description\": \"What the Sparkify warehouse needs around it: Redshift, a role that may "
	"read its buckets, a security group. Written by sparkify_dwh.\",\n"
	"  \"Parameters\": {\n"
	"    \"Deployment\": {\n"
	"      \"Type\": \"String\",\n"
	"      \"Default\": \"";

static const char template_roles[] =
	"\",\n"
	"      \"AllowedValues\": [\"serverless\", \"provisioned\"],\n"
	"      \"Description\": \"Redshift Serverless, or a cluster of nodes\"\n"
	"    },\n"
	"    \"VpcId\": {\n"
	"      \"Type\": \"AWS::EC2::VPC::Id\",\n"
	"      \"Description\": \"Network of the warehouse\"\n"
	"    },\n"
	"    \"SubnetIds\": {\n"
	"      \"Type\": \"List<AWS::EC2::Subnet::Id>\",\n"
	"      \"Description\": \"Its subnets; Serverless wants three, in three availability zones\"\n"
	"    },\n"
	"    \"ClientCidr\": {\n"
	"      \"Type\": \"String\",\n"
	"      \"AllowedPattern\": \"^[0-9.]+/[0-9]+$\",\n"
	"      \"Description\": \"Addresses that may connect, such as 10.0.0.0/16\"\n"
	"    },\n"
	"    \"DatabaseName\": {\n"
	"      \"Type\": \"String\",\n"
	"      \"Default\": \"dwh\",\n"
	"      \"AllowedPattern\": \"^[a-z][a-z0-9_]*$\",\n"
	"      \"Description\": \"Database of the warehouse\"\n"
	"    },\n"
	"    \"AdminUser\": {\n"
	"      \"Type\": \"String\",\n"
	"      \"Default\": \"dwhadmin\",\n"
	"      \"AllowedPattern\": \"^[a-z][a-z0-9_]*$\",\n"
	"      \"Description\": \"Its administrator; Secrets Manager makes and keeps the password\"\n"
	"    },\n"
	"    \"BaseCapacity\": {\n"
	"      \"Type\": \"Number\",\n"
	"      \"Default\": 8,\n"
	"      \"MinValue\": 8,\n"
	"      \"MaxValue\": 512,\n"
	"      \"Description\": \"Serverless: RPUs\"\n"
	"    },\n"
	"    \"NodeType\": {\n"
	"      \"Type\": \"String\",\n"
	"      \"Default\": \"ra3.large\",\n"
	"      \"Description\": \"Provisioned: type of a node\"\n"
	"    },\n"
	"    \"NumberOfNodes\": {\n"
	"      \"Type\": \"Number\",\n"
	"      \"Default\": 2,\n"
	"      \"MinValue\": 2,\n"
	"      \"MaxValue\": 100,\n"
	"      \"Description\": \"Provisioned: how many\"\n"
	"    }\n"
	"  },\n"
	"  \"Conditions\": {\n"
	"    \"IsServerless\": {\"Fn::Equals\": [{\"Ref\": \"Deployment\"}, \"serverless\"]},\n"
	"    \"IsProvisioned\": {\"Fn::Equals\": [{\"Ref\": \"Deployment\"}, \"provisioned\"]}\n"
	"  },\n"
	"  \"Resources\": {\n"
	"    \"DwhRole\": {\n"
	"      \"Type\": \"AWS::IAM::Role\",\n"
	"      \"Properties\": {\n"
	"        \"Description\": \"Lets Redshift read the buckets of the Sparkify warehouse\",\n"
	"        \"AssumeRolePolicyDocument\": {\n"
	"          \"Version\": \"2012-10-17\",\n"
	"          \"Statement\": [\n"
	"            {\n"
	"              \"Effect\": \"Allow\",\n"
	"              \"Principal\": {\n"
	"                \"Service\": [\n"
	"                  \"redshift.amazonaws.com\",\n"
	"                  \"redshift-serverless.amazonaws.com\"\n"
	"                ]\n"
	"              },\n"
	"              \"Action\": \"sts:AssumeRole\"\n"
	"            }\n"
	"          ]\n"
	"        },\n"
	"        \"Policies\": [\n"
	"          {\n"
	"            \"PolicyName\": \"ReadBuckets\",\n"
	"            \"PolicyDocument\": {\n"
	"              \"Version\": \"2012-10-17\",\n"
	"              \"Statement\": ";

static const char template_tail[] =
	"\n"
	"            }\n"
	"          }\n"
	"        ]\n"
	"      }\n"
	"    },\n"
	"    \"DwhSecurityGroup\": {\n"
	"      \"Type\": \"AWS::EC2::SecurityGroup\",\n"
	"      \"Properties\": {\n"
	"        \"GroupDescription\": \"Clients of the Sparkify warehouse\",\n"
	"        \"VpcId\": {\"Ref\": \"VpcId\"},\n"
	"        \"SecurityGroupIngress\": [\n"
	"          {\n"
	"            \"IpProtocol\": \"tcp\",\n"
	"            \"FromPort\": 5439,\n"
	"            \"ToPort\": 5439,\n"
	"            \"CidrIp\": {\n"
	"              \"Ref\": \"ClientCidr\"\n"
	"            },\n"
	"            \"Description\": \"Redshift\"\n"
	"          }\n"
	"        ]\n"
	"      }\n"
	"    },\n"
	"    \"Namespace\": {\n"
	"      \"Type\": \"AWS::RedshiftServerless::Namespace\",\n"
	"      \"Condition\": \"IsServerless\",\n"
	"      \"DeletionPolicy\": \"Delete\",\n"
	"      \"UpdateReplacePolicy\": \"Retain\",\n"
	"      \"Properties\": {\n"
	"        \"NamespaceName\": {\n"
	"          \"Fn::Sub\": \"${AWS::StackName}-dwh\"\n"
	"        },\n"
	"        \"DbName\": {\"Ref\": \"DatabaseName\"},\n"
	"        \"AdminUsername\": {\"Ref\": \"AdminUser\"},\n"
	"        \"ManageAdminPassword\": true,\n"
	"        \"DefaultIamRoleArn\": {\n"
	"          \"Fn::GetAtt\": [\n"
	"            \"DwhRole\",\n"
	"            \"Arn\"\n"
	"          ]\n"
	"        },\n"
	"        \"IamRoles\": [{\"Fn::GetAtt\": [\"DwhRole\", \"Arn\"]}]\n"
	"      }\n"
	"    },\n"
	"    \"Workgroup\": {\n"
	"      \"Type\": \"AWS::RedshiftServerless::Workgroup\",\n"
	"      \"Condition\": \"IsServerless\",\n"
	"      \"Properties\": {\n"
	"        \"WorkgroupName\": {\n"
	"          \"Fn::Sub\": \"${AWS::StackName}-dwh\"\n"
	"        },\n"
	"        \"NamespaceName\": {\"Ref\": \"Namespace\"},\n"
	"        \"BaseCapacity\": {\"Ref\": \"BaseCapacity\"},\n"
	"        \"Port\": 5439,\n"
	"        \"PubliclyAccessible\": false,\n"
	"        \"SubnetIds\": {\"Ref\": \"SubnetIds\"},\n"
	"        \"SecurityGroupIds\": [\n"
	"          {\n"
	"            \"Ref\": \"DwhSecurityGroup\"\n"
	"          }\n"
	"        ],\n"
	"        \"ConfigParameters\": [\n"
	"          {\n"
	"            \"ParameterKey\": \"require_ssl\",\n"
	"            \"ParameterValue\": \"true\"\n"
	"          }\n"
	"        ]\n"
	"      }\n"
	"    },\n"
	"    \"SubnetGroup\": {\n"
	"      \"Type\": \"AWS::Redshift::ClusterSubnetGroup\",\n"
	"      \"Condition\": \"IsProvisioned\",\n"
	"      \"Properties\": {\n"
	"        \"Description\": \"Subnets of the Sparkify warehouse\",\n"
	"        \"SubnetIds\": {\"Ref\": \"SubnetIds\"}\n"
	"      }\n"
	"    },\n"
	"    \"ParameterGroup\": {\n"
	"      \"Type\": \"AWS::Redshift::ClusterParameterGroup\",\n"
	"      \"Condition\": \"IsProvisioned\",\n"
	"      \"Properties\": {\n"
	"        \"Description\": \"Parameters of the Sparkify warehouse\",\n"
	"        \"ParameterGroupFamily\": \"redshift-1.0\",\n"
	"        \"Parameters\": [\n"
	"          {\n"
	"            \"ParameterName\": \"require_ssl\",\n"
	"            \"ParameterValue\": \"true\"\n"
	"          }\n"
	"        ]\n"
	"      }\n"
	"    },\n"
	"    \"Cluster\": {\n"
	"      \"Type\": \"AWS::Redshift::Cluster\",\n"
	"      \"Condition\": \"IsProvisioned\",\n"
	"      \"DeletionPolicy\": \"Delete\",\n"
	"      \"UpdateReplacePolicy\": \"Snapshot\",\n"
	"      \"Properties\": {\n"
	"        \"ClusterType\": \"multi-node\",\n"
	"        \"NodeType\": {\"Ref\": \"NodeType\"},\n"
	"        \"NumberOfNodes\": {\"Ref\": \"NumberOfNodes\"},\n"
	"        \"DBName\": {\"Ref\": \"DatabaseName\"},\n"
	"        \"MasterUsername\": {\"Ref\": \"AdminUser\"},\n"
	"        \"ManageMasterPassword\": true,\n"
	"        \"Encrypted\": true,\n"
	"        \"Port\": 5439,\n"
	"        \"PubliclyAccessible\": false,\n"
	"        \"IamRoles\": [{\"Fn::GetAtt\": [\"DwhRole\", \"Arn\"]}],\n"
	"        \"ClusterSubnetGroupName\": {\"Ref\": \"SubnetGroup\"},\n"
	"        \"ClusterParameterGroupName\": {\n"
	"          \"Ref\": \"ParameterGroup\"\n"
	"        },\n"
	"        \"VpcSecurityGroupIds\": [\n"
	"          {\n"
	"            \"Ref\": \"DwhSecurityGroup\"\n"
	"          }\n"
	"        ]\n"
	"      }\n"
	"    }\n"
	"  },\n"
	"  \"Outputs\": {\n"
	"    \"RoleArn\": {\n"
	"      \"Description\": \"The script's variable iam_role; ARN in section [IAM_ROLE] of "
	"dwh.cfg\",\n"
	"      \"Value\": {\"Fn::GetAtt\": [\"DwhRole\", \"Arn\"]}\n"
	"    },\n"
	"    \"Endpoint\": {\n"
	"      \"Description\": \"HOST in section [CLUSTER] of dwh.cfg\",\n"
	"      \"Value\": {\n"
	"        \"Fn::If\": [\n"
	"          \"IsServerless\",\n"
	"          {\n"
	"            \"Fn::GetAtt\": [\n"
	"              \"Workgroup\",\n"
	"              \"Workgroup.Endpoint.Address\"\n"
	"            ]\n"
	"          },\n"
	"          {\n"
	"            \"Fn::GetAtt\": [\n"
	"              \"Cluster\",\n"
	"              \"Endpoint.Address\"\n"
	"            ]\n"
	"          }\n"
	"        ]\n"
	"      }\n"
	"    },\n"
	"    \"Port\": {\n"
	"      \"Description\": \"DB_PORT in section [CLUSTER] of dwh.cfg\",\n"
	"      \"Value\": \"5439\"\n"
	"    },\n"
	"    \"Database\": {\n"
	"      \"Description\": \"DB_NAME in section [CLUSTER] of dwh.cfg\",\n"
	"      \"Value\": {\"Ref\": \"DatabaseName\"}\n"
	"    }\n"
	"  }\n"
	"}\n";

static void WritePolicy(const Export *export, StringInfo out);
static char *Literally(const char *text, bool substituted);
static void WriteStatement(const char *action, const char *resource, const char *prefix, bool first,
						   StringInfo out);

void
ExportCloudFormation(const Export *export, StringInfo out)
{
	appendStringInfoString(out, template_head);
	appendStringInfoString(out, export->serverless ? "serverless" : "provisioned");
	appendStringInfoString(out, template_roles);
	WritePolicy(export, out);
	appendStringInfoString(out, template_tail);
}

void
ExportCloudFormationDrop(const Export *export, StringInfo out)
{
	appendStringInfoString(
		out,
		"#!/bin/sh\n"
		"# Removes what the CloudFormation template of the Sparkify warehouse made: the\n"
		"# warehouse with all its data, its role and its security group. No snapshot is kept.\n"
		"#\n"
		"#   sh THIS_FILE STACK\n"
		"set -eu\n"
		"stack=${1:?the name of the stack}\n"
		"aws cloudformation delete-stack --stack-name \"$stack\"\n"
		"aws cloudformation wait stack-delete-complete --stack-name \"$stack\"\n");
}

/* Writes what the role may do: read the objects and list the prefixes of the settings. */
static void
WritePolicy(const Export *export, StringInfo out)
{
	bool first = true;
	ListCell *cell;

	appendStringInfoChar(out, '[');
	foreach (cell, export->settings)
	{
		Setting *setting = lfirst(cell);
		const char *bucket, *key;
		char *name;

		if (setting->value == NULL || strncmp(setting->value, SCHEME, strlen(SCHEME)) != 0)
			continue;
		bucket = setting->value + strlen(SCHEME);
		name = pnstrdup(bucket, strcspn(bucket, "/"));
		if (*name == '\0')
			continue;
		key = bucket + strlen(name) + (bucket[strlen(name)] == '/');
		WriteStatement("s3:GetObject",
					   psprintf("arn:${AWS::Partition}:s3:::%s/%s*", Literally(name, true),
								Literally(key, true)),
					   NULL, first, out);
		WriteStatement("s3:ListBucket",
					   psprintf("arn:${AWS::Partition}:s3:::%s", Literally(name, true)),
					   psprintf("%s*", Literally(key, false)), false, out);
		first = false;
	}

	/* A role needs at least one statement: this one allows nothing. */
	if (first)
		appendStringInfoString(
			out, "\n            {\"Effect\": \"Deny\", \"Action\": \"s3:*\", \"Resource\": \"*\"}");
	appendStringInfoString(out, "\n          ]");
}

/*
 * A text as a policy takes it for nothing but itself: '*', '?' and '$' mean
 * something there, and "${" to Fn::Sub, which writes it "${!" (AWS:
 * IAM/latest/UserGuide/reference_policies_variables,
 * AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-sub).
 */
static char *
Literally(const char *text, bool substituted)
{
	StringInfoData out;

	initStringInfo(&out);
	for (; *text != '\0'; text++)
		if (strchr("*?$", *text) != NULL)
			appendStringInfo(&out, "${%s%c}", substituted ? "!" : "", *text);
		else
			appendStringInfoChar(&out, *text);
	return out.data;
}

/* Writes one statement of the policy. */
static void
WriteStatement(const char *action, const char *resource, const char *prefix, bool first,
			   StringInfo out)
{
	appendStringInfo(
		out,
		"%s\n            {\"Effect\": \"Allow\", \"Action\": \"%s\", \"Resource\": {\"Fn::Sub\": ",
		first ? "" : ",", action);
	escape_json(out, resource);
	appendStringInfoChar(out, '}');
	if (prefix != NULL)
	{
		appendStringInfoString(out, ", \"Condition\": {\"StringLike\": {\"s3:prefix\": ");
		escape_json(out, prefix);
		appendStringInfoString(out, "}}");
	}

	appendStringInfoChar(out, '}');
}
