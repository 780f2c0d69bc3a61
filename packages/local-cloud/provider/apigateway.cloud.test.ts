import { describe } from 'vitest'
import { testLifecycle } from './testing/test-lifecycle.ts'
import { useProvider } from './testing/use-provider.ts'

describe('API Gateway', () => {
  const aws = useProvider()
  const plainApi = async (word: string) => {
    const api = await aws.put('aws:apigatewayv2/api:Api', { name: aws.mint(word), protocolType: 'HTTP' })
    return api.id
  }

  testLifecycle(aws, 'aws:apigatewayv2/api:Api', () => {
    const name = aws.mint('api')
    return {
      create: {
        name,
        protocolType: 'HTTP',
        description: 'first',
        corsConfiguration: { allowOrigins: ['https://a.example'], allowMethods: ['GET'], maxAge: 5 },
      },
      created: {
        Name: name,
        ProtocolType: 'HTTP',
        Description: 'first',
        CorsConfiguration: { AllowOrigins: ['https://a.example'], AllowMethods: ['GET'], MaxAge: 5 },
      },
      update: { name, protocolType: 'HTTP', description: 'second' },
      updated: { Description: 'second' },
    }
  })

  testLifecycle(aws, 'aws:apigatewayv2/integration:Integration', async () => {
    const apiId = await plainApi('integrated')
    const integration = {
      apiId,
      integrationType: 'AWS_PROXY',
      payloadFormatVersion: '2.0',
      integrationMethod: 'POST',
    }
    return {
      create: {
        ...integration,
        integrationUri: 'arn:aws:lambda:us-east-1:000000000000:function:a',
        timeoutMilliseconds: 20000,
      },
      created: {
        IntegrationType: 'AWS_PROXY',
        PayloadFormatVersion: '2.0',
        IntegrationMethod: 'POST',
        IntegrationUri: 'arn:aws:lambda:us-east-1:000000000000:function:a',
        TimeoutInMillis: 20000,
      },
      update: { ...integration, integrationUri: 'arn:aws:lambda:us-east-1:000000000000:function:b' },
      updated: { IntegrationUri: 'arn:aws:lambda:us-east-1:000000000000:function:b' },
    }
  })

  testLifecycle(aws, 'aws:apigatewayv2/route:Route', async () => {
    const apiId = await plainApi('routed')
    return {
      create: { apiId, routeKey: 'GET /topics', target: 'integrations/a', authorizationType: 'NONE' },
      created: { RouteKey: 'GET /topics', Target: 'integrations/a', AuthorizationType: 'NONE' },
      update: { apiId, routeKey: 'GET /runs', target: 'integrations/b' },
      updated: { RouteKey: 'GET /runs', Target: 'integrations/b' },
    }
  })

  testLifecycle(aws, 'aws:apigatewayv2/stage:Stage', async () => {
    const apiId = await plainApi('staged')
    return {
      create: { apiId, name: '$default', autoDeploy: true, stageVariables: { a: 'b' } },
      created: { StageName: '$default', AutoDeploy: true, StageVariables: { a: 'b' } },
      update: { apiId, name: '$default', autoDeploy: false },
      updated: { AutoDeploy: false },
    }
  })
})
