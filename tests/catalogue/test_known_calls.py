"""What well-known calls are, path by path: kind, effect, provider. Written from the SDKs' own documentation."""

import pytest

from assess.catalogue.catalogue import Catalogue

CATALOGUE = Catalogue.load()

KNOWN = """
openai.OpenAI.chat.completions.create                          model read openai
openai.AsyncOpenAI.chat.completions.create                     model read openai
openai.OpenAI.beta.chat.completions.parse                      model read openai
openai.OpenAI.with_options.chat.completions.create             model read openai
openai.OpenAI.chat.completions.with_raw_response.create        model read openai
openai.AzureOpenAI.chat.completions.create                     model read azure_openai
openai.OpenAI.responses.create                                 model read openai
openai.OpenAI.embeddings.create                                embedding read openai
openai.OpenAI.audio.transcriptions.create                      model read openai
openai.OpenAI.files.create                                     model write openai
openai.OpenAI.beta.threads.runs.create_and_poll                agent write openai
openai.OpenAI.beta.vector_stores.file_batches.upload_and_poll  vector_store write openai
openai.OpenAI.batches.create                                   model write openai
openai.ChatCompletion.create                                   model read openai
openai.chat.completions.create                                 model read openai
langfuse.openai.OpenAI.chat.completions.create                 model read openai
anthropic.Anthropic.messages.create                            model read anthropic
anthropic.AsyncAnthropic.messages.stream                       model read anthropic
anthropic.AnthropicBedrock.messages.create                     model read bedrock
anthropic.AnthropicVertex.messages.create                      model read vertex
anthropic.Anthropic.messages.batches.create                    model write anthropic
mistralai.Mistral.chat.complete                                model read mistral
mistralai.client.Mistral.chat.parse_async                      model read mistral
mistralai.client.Mistral.ocr.process                           model read mistral
mistralai.client.Mistral.embeddings.create                     embedding read mistral
mistralai.client.Mistral.files.upload                          model write mistral
mistralai.client.Mistral.beta.conversations.start              agent write mistral
mistralai.client.MistralClient.chat                            model read mistral
google.genai.Client.models.generate_content                    model read google
google.genai.Client.aio.models.generate_content                model read google
google.genai.Client.models.embed_content                       embedding read google
google.generativeai.GenerativeModel.generate_content           model read google
vertexai.generative_models.GenerativeModel.generate_content    model read vertex
vertexai.preview.generative_models.GenerativeModel.start_chat.send_message model read vertex
cohere.ClientV2.chat                                           model read cohere
cohere.Client.embed                                            embedding read cohere
groq.Groq.chat.completions.create                              model read groq
together.AsyncTogether.chat.completions.create                 model read together
litellm.acompletion                                            model read litellm
litellm.embedding                                              embedding read litellm
ollama.chat                                                    model read ollama
ollama.AsyncClient.embed                                       embedding read ollama
huggingface_hub.InferenceClient.chat_completion                model read huggingface
replicate.run                                                  model read replicate
voyageai.Client.embed                                          embedding read voyage
boto3.client(bedrock-runtime).converse                         model read bedrock
boto3.client(bedrock-runtime).invoke_model                     model read bedrock
boto3.Session.client(bedrock-runtime).converse_stream          model read bedrock
boto3.client(bedrock-agent-runtime).invoke_agent               agent write bedrock
boto3.client(sagemaker-runtime).invoke_endpoint                model read sagemaker
boto3.client(s3).put_object                                    object_store idempotent_write s3
boto3.client.put_object                                        object_store idempotent_write s3
boto3.client(s3).get_object                                    object_store read s3
boto3.resource(s3).Bucket.upload_file                          object_store idempotent_write s3
boto3.client(sqs).send_message                                 queue write sqs
boto3.session.Session.client(sqs).delete_message               queue idempotent_write sqs
aioboto3.Session.client(sns).publish                           queue write sns
boto3.client(ses).send_email                                   message write ses
boto3.client(textract).analyze_document                        model read textract
boto3.client(lambda).invoke                                    other write lambda
boto3.resource(dynamodb).Table.put_item                        database idempotent_write dynamodb
boto3.resource(dynamodb).Table.update_item                     database write dynamodb
boto3.client(secretsmanager).get_secret_value                  other read secretsmanager
requests.get                                                   http read -
requests.post                                                  http write -
requests.Session.put                                           http idempotent_write -
requests.session.post                                          http write -
httpx.AsyncClient.post                                         http write -
httpx.get                                                      http read -
httpx2.Client.delete                                           http idempotent_write -
aiohttp.ClientSession.get                                      http read -
urllib.request.urlopen                                         http unknown -
urllib3.PoolManager.request                                    http unknown -
websockets.connect                                             http write -
websockets.connect.recv                                        http read -
sqlalchemy.orm.Session.execute                                 database unknown sql
sqlalchemy.orm.sessionmaker.execute                            database unknown sql
sqlalchemy.orm.sessionmaker.commit                             database write sql
sqlalchemy.orm.Session.query.filter.first                      database read sql
sqlalchemy.orm.Session.query.filter_by.order_by.all            database read sql
sqlalchemy.orm.Session.query.filter.delete                     database write sql
sqlalchemy.orm.Session.get                                     database read sql
sqlalchemy.create_engine.connect.execute                       database unknown sql
sqlalchemy.create_engine.begin.execute                         database unknown sql
sqlalchemy.create_engine.connect.commit                        database write sql
sqlalchemy.ext.asyncio.async_sessionmaker.execute              database unknown sql
sqlmodel.Session.exec                                          database unknown sql
psycopg.connect.execute                                        database unknown postgres
psycopg2.connect.cursor.execute                                database unknown postgres
psycopg_pool.ConnectionPool.connection.commit                  database write postgres
asyncpg.create_pool.acquire.fetchrow                           database read postgres
pymysql.connect.cursor.execute                                 database unknown mysql
sqlite3.connect.execute                                        database unknown sqlite
aiosqlite.connect.commit                                       database write sqlite
pymongo.MongoClient.crm.contacts.insert_one                    database write mongodb
motor.motor_asyncio.AsyncIOMotorClient.crm.contacts.find_one   database read mongodb
redis.Redis.get                                                database read redis
redis.from_url.lpush                                           queue write redis
redis.asyncio.Redis.set                                        database idempotent_write redis
redis.Redis.pipeline.execute                                   database write redis
supabase.create_client.table.insert.execute                    database write supabase
supabase.create_client.table.select.eq.limit.execute           database read supabase
supabase.create_client.table.upsert.execute                    database idempotent_write supabase
supabase.create_client.storage.from_.upload                    object_store idempotent_write supabase
elasticsearch.Elasticsearch.search                             vector_store read elasticsearch
elasticsearch.helpers.bulk                                     vector_store write elasticsearch
neo4j.GraphDatabase.driver.session.run                         database unknown neo4j
django.db.models.Model.objects.filter.first                    database read sql
pinecone.Pinecone.Index.upsert                                 vector_store idempotent_write pinecone
qdrant_client.QdrantClient.query_points                        vector_store read qdrant
chromadb.PersistentClient.get_or_create_collection.add         vector_store write chroma
chromadb.HttpClient.get_collection.query                       vector_store read chroma
weaviate.connect_to_local.collections.get.query.near_text      vector_store read weaviate
pymilvus.MilvusClient.insert                                   vector_store write milvus
lancedb.connect.open_table.search.limit.to_list                vector_store read lancedb
celery.Celery.send_task                                        queue write celery
celery.Celery.task.delay                                       queue write celery
kafka.KafkaProducer.send                                       queue write kafka
pika.BlockingConnection.channel.basic_publish                  queue write rabbitmq
aio_pika.connect_robust.channel.default_exchange.publish       queue write rabbitmq
rq.Queue.enqueue                                               queue write rq
google.cloud.storage.Client.bucket.blob.upload_from_string     object_store idempotent_write gcs
google.cloud.storage.Client.bucket.blob.download_as_text       object_store read gcs
google.cloud.bigquery.Client.query                             database unknown bigquery
google.cloud.firestore.Client.collection.document.set          database idempotent_write firestore
google.cloud.pubsub_v1.PublisherClient.publish                 queue write pubsub
google.cloud.documentai.DocumentProcessorServiceClient.process_document model read google_documentai
azure.storage.blob.BlobServiceClient.get_blob_client.upload_blob object_store idempotent_write azure_blob
azure.servicebus.ServiceBusClient.get_queue_sender.send_messages queue write azure_servicebus
azure.cosmos.CosmosClient.get_database_client.get_container_client.create_item database write cosmos
azure.search.documents.SearchClient.search                     vector_store read azure_search
slack_sdk.WebClient.chat_postMessage                           message write slack
slack_sdk.web.async_client.AsyncWebClient.chat_update          message idempotent_write slack
twilio.rest.Client.messages.create                             message write twilio
sendgrid.SendGridAPIClient.send                                message write sendgrid
resend.Emails.send                                             message write resend
smtplib.SMTP.send_message                                      message write smtp
smtplib.SMTP_SSL.sendmail                                      message write smtp
simple_salesforce.Salesforce.Contact.create                    saas write salesforce
simple_salesforce.Salesforce.query                             saas read salesforce
hubspot.Client.create.crm.contacts.basic_api.create            saas write hubspot
jira.JIRA.create_issue                                         saas write jira
notion_client.Client.pages.create                              saas write notion
stripe.PaymentIntent.create                                    saas write stripe
stripe.StripeClient.v1.customers.retrieve                      saas read stripe
googleapiclient.discovery.build.users.messages.list.execute    message read gmail
googleapiclient.discovery.build.users.messages.send.execute    message write gmail
googleapiclient.discovery.build.files.create.execute           saas write google
gspread.authorize.open.sheet1.update                           saas idempotent_write google_sheets
google.cloud.firestore.Client.collection.stream.reference.update database write firestore
gspread.authorize.open.sheet1.append_row                       saas write google_sheets
langchain_openai.ChatOpenAI.invoke                             model read openai
langchain_openai.ChatOpenAI.with_structured_output.ainvoke     model read openai
langchain_openai.AzureChatOpenAI.invoke                        model read azure_openai
langchain_anthropic.ChatAnthropic.bind_tools.stream            model read anthropic
langchain.chat_models.init_chat_model.batch                    model read langchain
langchain_openai.OpenAIEmbeddings.embed_query                  embedding read openai
langchain_chroma.Chroma.as_retriever.invoke                    vector_store read langchain
llama_index.llms.openai.OpenAI.complete                        model read llama_index
llama_index.core.VectorStoreIndex.from_documents.as_query_engine.query agent read llama_index
langgraph.types.interrupt                                      human read langgraph
crewai.Crew.kickoff                                            agent read -
agents.Runner.run                                              agent read openai
pydantic_ai.Agent.run_sync                                     agent read -
dspy.ChainOfThought.__call__                                   model read -
instructor.from_openai.chat.completions.create                 model read -
smolagents.CodeAgent.run                                       agent unknown -
elevenlabs.client.ElevenLabs.text_to_speech.convert            model read elevenlabs
assemblyai.Transcriber.transcribe                              model write assemblyai
tavily.TavilyClient.search                                     http read tavily
firecrawl.FirecrawlApp.scrape_url                              http read firecrawl
subprocess.run                                                 subprocess write -
asyncio.create_subprocess_exec                                 subprocess write -
builtins.input                                                 human read -
builtins.open.write                                            file write -
json.dump                                                      file write -
pathlib.Path.write_text                                        file idempotent_write -
shutil.move                                                    file idempotent_write -
time.sleep                                                     wait read -
asyncio.sleep                                                  wait read -
click.confirm                                                  human read -
getpass.getpass                                                human read -
rich.prompt.Confirm.ask                                        human read -
e2b_code_interpreter.Sandbox.run_code                          other write e2b
pandas.DataFrame.to_sql                                        database write sql
"""


@pytest.mark.parametrize("row", [line for line in KNOWN.splitlines() if line])
def test_a_call_is_known(row: str) -> None:
    path, kind, effect, provider = row.split()
    fact = CATALOGUE.fact(path)
    assert fact is not None
    assert (fact.kind, fact.effect, fact.provider or "-", fact.target) == (kind, effect, provider, path)


@pytest.mark.parametrize(
    "path",
    [
        "openai.OpenAI",
        "openai.RateLimitError",
        "openai.OpenAI.chat.completions.create.choices.strip",
        "sqlalchemy.select.where",
        "sqlalchemy.orm.Session.add",
        "sqlalchemy.orm.DeclarativeBase.metadata.create_all",
        "sqlalchemy.orm.sessionmaker.rollback",
        "sqlalchemy.create_engine.connect",
        "httpx.Timeout",
        "requests.get.json",
        "requests.Session.mount",
        "redis.Redis.pipeline.hset",
        "google.cloud.firestore.Client.collection.document.get.to_dict.get",
        "msgraph.GraphServiceClient.me.messages.get.value.get",
        "pathlib.Path.read_text.replace",
        "pathlib.Path.mkdir",
        "googleapiclient.discovery.build.users.messages.list",
        "supabase.create_client.table.insert",
        "langchain_core.prompts.ChatPromptTemplate.from_messages",
        "pydantic.BaseModel.model_validate",
        "datetime.datetime.now",
        "logging.getLogger.info",
    ],
)
def test_a_call_stays_in_the_process(path: str) -> None:
    assert CATALOGUE.fact(path) is None
    assert CATALOGUE.harmless(path)


@pytest.mark.parametrize(
    "path",
    ["openai.OpenAI.moon.create", "redis.Redis.moon", "stripe.Moon.fly", "boto3.client(moon).fly", "jira.JIRA.fly"],
)
def test_an_unlisted_verb_of_a_client_is_not_called_harmless(path: str) -> None:
    assert CATALOGUE.known_root(path)
    assert CATALOGUE.fact(path) is None
    assert not CATALOGUE.harmless(path)


@pytest.mark.parametrize("path", ["acme.Client.send", "openaix.OpenAI", "open"])
def test_a_package_that_is_not_listed_is_unknown(path: str) -> None:
    assert not CATALOGUE.known_root(path)
    assert not CATALOGUE.harmless(path)
    assert CATALOGUE.client(path) is None


def test_a_verb_of_several_services_is_no_verb_of_one() -> None:
    assert CATALOGUE.fact("boto3.client.invoke_model") is not None
    assert CATALOGUE.fact("boto3.client.execute_statement") is None
